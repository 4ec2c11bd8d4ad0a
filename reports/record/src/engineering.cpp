// SPDX-License-Identifier: GPL-3.0-or-later
#include "engineering.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace meterrig::report {
namespace {

/// Decimals of a number with `digits` digits, as it is after rounding to them.
int decimals_of(double magnitude, int digits) {
  if (!std::isfinite(magnitude) || magnitude == 0) return std::max(0, digits - 3);
  int before = static_cast<int>(std::floor(std::log10(magnitude))) + 1;
  if (magnitude >= std::pow(10, before) * (1 - 0.5 * std::pow(10, -digits))) ++before;
  return std::clamp(digits - before, 0, 12);
}

}  // namespace

std::string Scaling::show(double value) const {
  if (!std::isfinite(value)) return "-";
  std::string text = fmt::format("{:.{}f}", value * factor, decimals);
  // No minus before nothing.
  if (text.starts_with('-') && text.find_first_not_of("-0.") == std::string::npos) text.erase(0, 1);
  return unit.empty() ? text : text + " " + unit;
}

Scaling engineering(double magnitude, double to_si, std::string_view si_unit, int digits) {
  struct Prefix {
    double factor;
    std::string_view text;
  };
  constexpr std::array<Prefix, 8> prefixes = {{{1e9, "G"},
                                               {1e6, "M"},
                                               {1e3, "k"},
                                               {1, ""},
                                               {1e-3, "m"},
                                               {1e-6, "u"},
                                               {1e-9, "n"},
                                               {1e-12, "p"}}};
  // Less than the least prefix is what rounding left of nothing.
  const double given = std::abs(magnitude * to_si);
  const double size = given < prefixes.back().factor ? 0 : given;
  const Prefix* prefix = &prefixes[3];
  if (std::isfinite(size) && size > 0) {
    // 999.9996 at six digits is 1000.00: it takes the next prefix.
    const double rounded = size * (1 + 0.5 * std::pow(10, -digits));
    const auto* found =
        std::ranges::find_if(prefixes, [&](const Prefix& p) { return rounded >= p.factor; });
    prefix = found == prefixes.end() ? &prefixes.back() : found;
  }
  return {.factor = to_si / prefix->factor,
          .decimals = decimals_of(size / prefix->factor, digits),
          .unit = std::string(prefix->text) + std::string(si_unit)};
}

Scaling plain(double magnitude, std::string_view unit, int digits) {
  return {
      .factor = 1, .decimals = decimals_of(std::abs(magnitude), digits), .unit = std::string(unit)};
}

}  // namespace meterrig::report
