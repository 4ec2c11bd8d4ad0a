// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <span>

namespace meterrig::reference {

/// The integral of five convolved boxes of one period: 0 up to x = 0, 1 from x = 5 periods,
/// antisymmetric about the middle. A polynomial of degree 5 in each period.
class PeriodRamp {
 public:
  static constexpr int periods = 5;

  PeriodRamp();
  /// Values at x = first + i step, for as many as `out` holds; all x from 0 to `periods`.
  void values(double first, double step, std::span<double> out) const;

 private:
  std::array<std::array<double, periods + 1>, periods> coefficients_{};
};

}  // namespace meterrig::reference
