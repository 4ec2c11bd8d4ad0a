// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/ports/serial_settings.h"

#include <fmt/format.h>

namespace meterrig::ports {

Duration character_time(const SerialSettings& settings) {
  constexpr int start_and_data_bits = 9;
  const int bits =
      start_and_data_bits + (settings.parity == Parity::none ? 0 : 1) + settings.stop_bits;
  return second(static_cast<double>(bits) / settings.baud_rate);
}

std::string to_string(const SerialSettings& settings) {
  constexpr std::string_view letters = "NEO";
  return fmt::format("{} 8{}{}", settings.baud_rate,
                     letters.at(static_cast<std::size_t>(settings.parity)), settings.stop_bits);
}

}  // namespace meterrig::ports
