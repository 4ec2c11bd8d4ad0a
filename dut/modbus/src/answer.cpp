// SPDX-License-Identifier: GPL-3.0-or-later
#include "answer.h"

#include <fmt/format.h>

namespace meterrig::modbus {
namespace {

constexpr std::size_t checksum_length = 2;
constexpr std::size_t mbap_length = 7;
constexpr std::uint8_t exception_bit = 0x80;

std::uint16_t big_endian(std::span<const std::uint8_t> bytes) {
  return static_cast<std::uint16_t>((bytes[0] << 8) | bytes[1]);
}

Answer rejected(AnswerKind kind, std::string detail) {
  return {.kind = kind, .registers = {}, .exception = 0, .detail = std::move(detail)};
}

/// `pdu`: function code and what follows it, without unit and check sum.
Answer interpret_pdu(std::span<const std::uint8_t> pdu, const Request& request) {
  const auto function = static_cast<int>(request.table);
  if (pdu.size() == 2 && pdu[0] == (function | exception_bit)) {
    return {.kind = AnswerKind::exception,
            .registers = {},
            .exception = pdu[1],
            .detail = fmt::format("exception {} ({})", pdu[1], exception_name(pdu[1]))};
  }
  if (pdu.empty() || pdu[0] != function) {
    return rejected(AnswerKind::foreign, fmt::format("answer to function {}, expected {}",
                                                     pdu.empty() ? 0 : pdu[0], function));
  }
  const auto bytes = static_cast<std::size_t>(request.count) * 2;
  if (pdu.size() != 2 + bytes || pdu[1] != bytes) {
    return rejected(AnswerKind::foreign, fmt::format("answer with {} data bytes, expected {}",
                                                     pdu.size() < 2 ? 0 : pdu.size() - 2, bytes));
  }
  Answer answer{.kind = AnswerKind::registers, .registers = {}, .exception = 0, .detail = {}};
  for (std::size_t i = 2; i < pdu.size(); i += 2) {
    answer.registers.push_back(big_endian(pdu.subspan(i, 2)));
  }
  return answer;
}

}  // namespace

std::size_t rtu_length(std::span<const std::uint8_t> buffer) {
  switch (buffer[1]) {
    case 1:
    case 2:
    case 3:
    case 4:
    case 17:
    case 23:
      return 3 + buffer[2] + checksum_length;
    case 5:
    case 6:
    case 15:
    case 16:
      return 6 + checksum_length;
    case 22:
      return 8 + checksum_length;
    default:
      return 3 + checksum_length;
  }
}

Answer interpret_rtu(std::span<const std::uint8_t> frame, const Request& request) {
  if (frame.size() < 3 + checksum_length) {
    return rejected(AnswerKind::damaged, fmt::format("frame of {} bytes", frame.size()));
  }
  const auto body = frame.first(frame.size() - checksum_length);
  const auto tail = frame.last(checksum_length);
  const auto received = static_cast<std::uint16_t>(tail[0] | (tail[1] << 8));
  if (const std::uint16_t computed = crc16(body); received != computed) {
    return rejected(AnswerKind::damaged,
                    fmt::format("check sum 0x{:04X}, expected 0x{:04X}", received, computed));
  }
  if (body[0] != request.unit) {
    return rejected(AnswerKind::wrong_unit,
                    fmt::format("answer of unit {}, expected {}", body[0], request.unit));
  }
  return interpret_pdu(body.subspan(1), request);
}

Answer interpret_tcp(std::span<const std::uint8_t> frame, const Request& request) {
  if (frame.size() < mbap_length + 2) {
    return rejected(AnswerKind::foreign, fmt::format("frame of {} bytes", frame.size()));
  }
  const std::uint16_t transaction = big_endian(frame.first(2));
  const std::uint16_t protocol = big_endian(frame.subspan(2, 2));
  const std::size_t length = big_endian(frame.subspan(4, 2));
  if (protocol != 0 || length != frame.size() - 6) {
    return rejected(AnswerKind::foreign,
                    fmt::format("header with protocol {} and length {}, expected 0 and {}",
                                protocol, length, frame.size() - 6));
  }
  if (transaction != request.transaction) {
    // Numbers count up, so one of the last 1000 is an earlier request's.
    const auto age = static_cast<std::uint16_t>(request.transaction - transaction);
    return rejected(
        age <= 1000 ? AnswerKind::late : AnswerKind::foreign,
        fmt::format("answer to transaction {}, expected {}", transaction, request.transaction));
  }
  if (frame[6] != request.unit) {
    return rejected(AnswerKind::wrong_unit,
                    fmt::format("answer of unit {}, expected {}", frame[6], request.unit));
  }
  return interpret_pdu(frame.subspan(mbap_length), request);
}

std::string_view exception_name(int exception) {
  switch (exception) {
    case 1:
      return "illegal function";
    case 2:
      return "illegal data address";
    case 3:
      return "illegal data value";
    case 4:
      return "server device failure";
    case 5:
      return "acknowledge";
    case 6:
      return "server device busy";
    case 8:
      return "memory parity error";
    case 10:
      return "gateway path unavailable";
    case 11:
      return "gateway target device failed to respond";
    default:
      return "unknown";
  }
}

std::uint16_t crc16(std::span<const std::uint8_t> bytes) {
  unsigned crc = 0xFFFF;
  for (const std::uint8_t byte : bytes) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 1U) != 0 ? (crc >> 1U) ^ 0xA001U : crc >> 1U;
  }
  return static_cast<std::uint16_t>(crc);
}

}  // namespace meterrig::modbus
