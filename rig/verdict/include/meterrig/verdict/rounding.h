// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace meterrig::verdict {

/// Texts for print, without unit.
struct Rounded {
  std::string value;
  std::string uncertainty;
};

/// U to two significant digits and the value to the same decimal place (JCGM 100:2008, 7.2.6):
/// 0.1234 and 0.0456 give "0.123" and "0.046". Rounding to two digits never takes more than 4.8 %
/// off U, so EA-4/02's rule to round up beyond 5 % cannot apply. An unknown or zero U leaves the
/// value at six significant digits; what is unknown reads "unknown". Decisions are made before
/// rounding.
[[nodiscard]] Rounded round_for_report(double value, double expanded_uncertainty);

}  // namespace meterrig::verdict
