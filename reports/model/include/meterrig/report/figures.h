// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "meterrig/report/point.h"

namespace meterrig::report {

/// How numbers are written: for print with U+2212 as minus and U+00B1, or in plain ASCII.
enum class Signs { print, ascii };

/// `number` with `decimals` digits after the point, "-" never before a zero; "unknown" for NaN.
[[nodiscard]] std::string fixed(double number, int decimals, Signs signs = Signs::print);

/// The fewest of at most `most` decimals that show `number` within half of the last one: 0.5,
/// 0.25, 1.
[[nodiscard]] std::string plain(double number, int most = 4, Signs signs = Signs::print);

/// A point's value and expanded uncertainty as text, without unit; empty where unknown. U has two
/// significant digits and the value the same decimal place; a count has no decimals.
struct Figures {
  std::string value;
  std::string uncertainty;
};
[[nodiscard]] Figures figures(const Point& point, Signs signs = Signs::print);

/// "±0.5 %" of a two-sided limit, "−100 to 10 %" of one with a lower limit of its own, "≤ 1" of a
/// count, "≤ 24.5 s" of a time; empty without a limit.
[[nodiscard]] std::string limit_text(const Point& point, Signs signs = Signs::print);

/// `number` with the point's unit, none for a count; empty for an empty number.
[[nodiscard]] std::string with_unit(const std::string& number, const Point& point);

/// "34 %", "over 999 %"; empty for NaN.
[[nodiscard]] std::string percent_text(double percent);

}  // namespace meterrig::report
