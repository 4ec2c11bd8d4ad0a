// SPDX-License-Identifier: GPL-3.0-or-later
// Arbitrary bytes as one frame, judged as answer to a read. The first three bytes say what was
// asked for. Registers may come of a frame only that says the same in every field.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>

#include "answer.h"
#include "modbus_checksum.h"

using namespace meterrig::modbus;

namespace {

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "violated: %s\n", what);
  std::abort();
}

/// `pdu`: from the function code to the last register.
void check_registers(const Answer& answer, std::span<const std::uint8_t> pdu,
                     const Request& request) {
  const auto count = static_cast<std::size_t>(request.count);
  require(answer.registers.size() == count, "as many registers as asked for");
  require(pdu.size() == 2 + 2 * count, "a frame of that length");
  require(pdu[0] == static_cast<int>(request.table) && pdu[1] == 2 * count, "function and length");
  for (std::size_t i = 0; i < count; ++i) {
    require(answer.registers[i] == pdu[2 + 2 * i] * 256 + pdu[3 + 2 * i], "registers as sent");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::span<const std::uint8_t> frame(data, size);
  if (frame.size() < 3) return 0;
  const Request request{.unit = 1 + frame[0] % 247,
                        .table = frame[1] % 2 == 0 ? Table::input : Table::holding,
                        .address = 0,
                        .count = 1 + frame[2] % 125,
                        .transaction = static_cast<std::uint16_t>(frame[0] * 256 + frame[1])};
  frame = frame.subspan(3);

  if (frame.size() >= 3) require(rtu_length(frame) >= 5, "a frame has at least five bytes");
  const Answer rtu = interpret_rtu(frame, request);
  if (rtu.kind == AnswerKind::registers) {
    require(frame[0] == request.unit && checksum_fits(frame), "unit and check sum");
    check_registers(rtu, frame.subspan(1, frame.size() - 3), request);
  } else {
    require(rtu.registers.empty() && !rtu.detail.empty(), "a reason in place of registers");
  }

  const Answer tcp = interpret_tcp(frame, request);
  if (tcp.kind == AnswerKind::registers) {
    require(frame[0] * 256 + frame[1] == request.transaction, "transaction");
    require(frame[2] == 0 && frame[3] == 0, "protocol");
    require(static_cast<std::size_t>(frame[4] * 256 + frame[5]) == frame.size() - 6, "length");
    require(frame[6] == request.unit, "unit");
    check_registers(tcp, frame.subspan(7), request);
  } else {
    require(tcp.registers.empty() && !tcp.detail.empty(), "a reason in place of registers");
  }
  return 0;
}
