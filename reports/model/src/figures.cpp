// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/report/figures.h"

#include <fmt/format.h>

#include <cmath>

#include "meterrig/verdict/rounding.h"

namespace meterrig::report {
namespace {

std::string with_signs(std::string text, Signs signs) {
  if (signs == Signs::print && text.front() == '-') text.replace(0, 1, "\u2212");
  return text;
}

}  // namespace

std::string fixed(double number, int decimals, Signs signs) {
  if (std::isnan(number)) return "unknown";
  std::string text = fmt::format("{:.{}f}", std::abs(number), decimals);
  const bool zero = text.find_first_not_of("0.") == std::string::npos;
  if (number < 0 && !zero) text = fmt::format("-{}", text);
  return with_signs(text, signs);
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
  const verdict::Rounded rounded = verdict::round_for_report(value, uncertainty);
  if (!std::isnan(value)) text.value = with_signs(rounded.value, signs);
  if (!std::isnan(uncertainty)) text.uncertainty = rounded.uncertainty;
  return text;
}

std::string limit_text(const Point& point, Signs signs) {
  if (!point.has_figure()) return "";
  const std::string number = plain(point.limit().magnitude(), 4, signs);
  const std::string unit = point.unit();
  if (point.limit().has_least())
    return fmt::format("{} to {} {}", plain(point.limit().least(), 4, signs), number, unit);
  if (unit.starts_with('%')) return (signs == Signs::print ? "\u00B1" : "+-") + number + " " + unit;
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
