// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/verdict/rounding.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>

namespace meterrig::verdict {
namespace {

// Decimal exponent of a number printed as d.d...e+xx.
int exponent_of(const std::string& scientific) {
  return std::atoi(scientific.c_str() + scientific.find('e') + 1);
}

// `places` below 0 rounds to tens, hundreds and so on.
std::string fixed(double x, int places) {
  if (places < 0) {
    const double unit = std::strtod(fmt::format("1e{}", -places).c_str(), nullptr);
    x = std::round(x / unit) * unit;
    places = 0;
  }
  std::string text = fmt::format("{:.{}f}", x, places);
  if (text.find_first_not_of("-0.") == std::string::npos && text.front() == '-') text.erase(0, 1);
  return text;
}

std::string six_digits(double x) {
  return std::isnan(x) ? "unknown" : fmt::format("{:.6g}", x == 0.0 ? 0.0 : x);
}

}  // namespace

Rounded round_for_report(double value, double expanded_uncertainty) {
  const double U = expanded_uncertainty;
  if (!(std::isfinite(U) && U > 0.0)) return {six_digits(value), six_digits(U)};
  // The exponent after rounding: 0.0996 has two digits as 0.10, not 0.100.
  const int exponent = exponent_of(fmt::format("{:.1e}", U));
  const int places = 1 - exponent;
  if (!std::isfinite(value)) return {six_digits(value), fixed(U, places)};
  return {fixed(value, places), fixed(U, places)};
}

}  // namespace meterrig::verdict
