// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::ports {

enum class Parity { none, even, odd };

/// How a UART sends a character: start bit, 8 data bits, parity bit if any, stop bits.
struct SerialSettings {
  int baud_rate = 9600;  ///< bits a second
  Parity parity = Parity::none;
  int stop_bits = 1;  ///< 1 or 2
  friend constexpr bool operator==(const SerialSettings&, const SerialSettings&) = default;
};

/// Bits that one character takes: 10 to 12.
[[nodiscard]] int character_bits(const SerialSettings& settings);

/// Time that one character takes on the line: character_bits() over the baud rate.
[[nodiscard]] Duration character_time(const SerialSettings& settings);

/// Error: invalid_argument for settings that no UART has.
[[nodiscard]] Result<void> check(const SerialSettings& settings);

/// Such as "9600 8N1".
[[nodiscard]] std::string to_string(const SerialSettings& settings);

}  // namespace meterrig::ports
