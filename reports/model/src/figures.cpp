// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/report/figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace meterrig::report {
namespace {

/// Decimals that leave `uncertainty` two significant digits, rounding included: 0.0996 has 2 (0.10).
int decimals_of(double uncertainty) {
  const std::string text = fmt::format("{:.1e}", uncertainty);
  const int exponent = std::stoi(text.substr(text.find('e') + 1));
  return std::clamp(1 - exponent, 0, 12);
}

}  // namespace

std::string fixed(double number, int decimals, Signs signs) {
  if (std::isnan(number)) return "unknown";
  std::string text = fmt::format("{:.{}f}", std::abs(number), decimals);
  const bool zero = text.find_first_not_of("0.") == std::string::npos;
  if (number < 0 && !zero) text.insert(0, signs == Signs::print ? "\u2212" : "-");
  return text;
}

std::string plain(double number, int most, Signs signs) {
  std::string text = fixed(number, most, signs);
  if (text.find('.') == std::string::npos) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

Figures figures(const Point& point, Signs signs) {
  const double value = point.value();
  const double uncertainty = point.expanded_uncertainty();
  Figures text;
  if (point.unit() == "1") {
    if (!std::isnan(value)) text.value = plain(value, 4, signs);
    if (!std::isnan(uncertainty)) text.uncertainty = plain(uncertainty, 4, signs);
    return text;
  }
  const bool rounds = uncertainty > 0 && std::isfinite(uncertainty);
  const int decimals = rounds ? decimals_of(uncertainty) : 3;
  if (!std::isnan(value)) text.value = fixed(value, decimals, signs);
  if (!std::isnan(uncertainty)) text.uncertainty = fixed(uncertainty, decimals, signs);
  return text;
}

std::string limit_text(const Point& point, Signs signs) {
  if (!point.has_limit()) return "";
  const std::string number = plain(point.limit().magnitude(), 4, signs);
  const std::string unit = point.unit();
  if (unit == "%") return (signs == Signs::print ? "\u00B1" : "+-") + number + " %";
  const std::string at_most = signs == Signs::print ? "\u2264 " : "<= ";
  return at_most + number + (unit == "1" ? "" : " " + unit);
}

std::string with_unit(const std::string& number, const Point& point) {
  if (number.empty() || point.unit() == "1") return number;
  return fmt::format("{} {}", number, point.unit());
}

std::string percent_text(double percent) {
  if (std::isnan(percent)) return "";
  if (percent > 999) return "over 999 %";
  return fixed(percent, percent < 9.95 ? 1 : 0) + " %";
}

}  // namespace meterrig::report
