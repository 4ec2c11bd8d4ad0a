// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/record/product_unit.h"

#include <array>
#include <cmath>
#include <string_view>

namespace meterrig::record {

std::string product_unit(const RecordedChannel& voltage, const RecordedChannel& current) {
  struct Prefix {
    double factor;
    std::string_view text;
  };
  constexpr std::array<Prefix, 8> prefixes = {{{1e-12, "p"},
                                               {1e-9, "n"},
                                               {1e-6, "u"},
                                               {1e-3, "m"},
                                               {1, ""},
                                               {1e3, "k"},
                                               {1e6, "M"},
                                               {1e9, "G"}}};
  if (voltage.kind == ChannelKind::voltage && current.kind == ChannelKind::current) {
    const double factor = voltage.to_si * current.to_si;
    for (const Prefix& prefix : prefixes) {
      if (std::abs(factor / prefix.factor - 1) < 1e-9) return std::string(prefix.text) + "W";
    }
  }
  return voltage.unit + "*" + current.unit;
}

}  // namespace meterrig::record
