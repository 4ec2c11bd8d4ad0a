// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/vocabulary/instruments.h"

#include <algorithm>
#include <string_view>

namespace meterrig {

bool is_simulated(const InstrumentIdentity& identity) {
  constexpr std::string_view word = "simulated";
  const auto same_letter = [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  };
  return !std::ranges::search(identity.model, word, same_letter).empty();
}

}  // namespace meterrig
