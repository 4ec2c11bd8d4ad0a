// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace meterrig::verdict {

/// Test uncertainty ratio as legal metrology writes it: how much of the limit U takes. (Others
/// state L / U, "at least 4:1".)
struct UncertaintyRatio {
  double ratio;  ///< U / L; 0 for U = L = 0, infinite for L = 0 alone, NaN when unknown
  bool met;      ///< ratio <= demanded; false when unknown
};

/// `demanded` comes with the suite: 1/5 for type tests, 1/3 for verification (OIML R 46-2). U and L
/// (both at least 0) in one unit. The demand is widened by the rounding error of its product, so
/// that U = 0.14 meets 1/5 of L = 0.7.
[[nodiscard]] UncertaintyRatio uncertainty_ratio(double expanded_uncertainty, double limit,
                                                 double demanded);

}  // namespace meterrig::verdict
