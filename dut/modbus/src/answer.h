// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "request.h"

namespace meterrig::modbus {

enum class AnswerKind {
  registers,   ///< what was asked for
  exception,   ///< the device refuses
  damaged,     ///< check sum
  wrong_unit,  ///< of another device
  late,        ///< of an earlier request (TCP: by its transaction)
  foreign,     ///< well formed, but of another question
};

struct Answer {
  AnswerKind kind = AnswerKind::foreign;
  std::vector<std::uint16_t> registers;
  int exception = 0;
  std::string detail;  ///< what was found and what was expected
};

/// Length of the RTU frame that begins a buffer, by its function code and byte count.
std::size_t rtu_length(std::span<const std::uint8_t> buffer);

/// Judges an RTU frame with its check sum (Modbus over serial line 2.5.1) as answer to a request.
Answer interpret_rtu(std::span<const std::uint8_t> frame, const Request& request);

/// Judges a TCP frame with its header (Modbus messaging on TCP/IP 3.1.3) as answer to a request.
Answer interpret_tcp(std::span<const std::uint8_t> frame, const Request& request);

/// Such as "illegal data address" (Modbus application protocol 7).
std::string_view exception_name(int exception);

/// Check sum of Modbus RTU: polynomial x^16 + x^15 + x^2 + 1 reflected, sent low byte first.
std::uint16_t crc16(std::span<const std::uint8_t> bytes);

}  // namespace meterrig::modbus
