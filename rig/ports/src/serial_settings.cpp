// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/ports/serial_settings.h"

#include <fmt/format.h>

namespace meterrig::ports {

int character_bits(const SerialSettings& settings) {
  constexpr int start_and_data_bits = 9;
  return start_and_data_bits + (settings.parity == Parity::none ? 0 : 1) + settings.stop_bits;
}

Duration character_time(const SerialSettings& settings) {
  return second(static_cast<double>(character_bits(settings)) / settings.baud_rate);
}

Result<void> check(const SerialSettings& settings) {
  if (settings.baud_rate <= 0) {
    return fail(ErrorCode::invalid_argument,
                fmt::format("baud rate {}: expected a number above 0", settings.baud_rate));
  }
  if (settings.stop_bits != 1 && settings.stop_bits != 2) {
    return fail(ErrorCode::invalid_argument,
                fmt::format("{} stop bits: expected 1 or 2", settings.stop_bits));
  }
  return {};
}

std::string to_string(const SerialSettings& settings) {
  constexpr std::string_view letters = "NEO";
  return fmt::format("{} 8{}{}", settings.baud_rate,
                     letters.at(static_cast<std::size_t>(settings.parity)), settings.stop_bits);
}

}  // namespace meterrig::ports
