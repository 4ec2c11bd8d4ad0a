// SPDX-License-Identifier: GPL-3.0-or-later
#include "period_ramp.h"

#include <algorithm>
#include <cmath>

#include "tile_sums.h"

namespace meterrig::reference {

// The integral is (1 / 5!) sum_k (-1)^k C(5, k) (x - k)^5 over k up to x (Curry and Schoenberg
// 1966); here in powers of x - j, j the period that x is in. All terms are whole numbers.
PeriodRamp::PeriodRamp() {
  constexpr std::array<double, periods + 1> binomials{1, 5, 10, 10, 5, 1};
  constexpr double factorial = 120;
  for (int j = 0; j < periods; ++j)
    for (int k = 0; k <= j; ++k) {
      const double sign = k % 2 == 0 ? 1 : -1;
      double power = 1;  // (j - k)^(5 - p)
      for (std::size_t p = periods + 1; p-- > 0;) {
        coefficients_.at(static_cast<std::size_t>(j)).at(p) +=
            sign * binomials.at(static_cast<std::size_t>(k)) * binomials.at(p) * power / factorial;
        power *= j - k;
      }
    }
}

void PeriodRamp::values(double first, double step, std::span<double> out) const {
  std::size_t done = 0;
  while (done < out.size()) {
    const double x = first + static_cast<double>(done) * step;
    const double period = std::clamp(std::floor(x), 0.0, periods - 1.0);
    // As many as lie in this period, one at least.
    const double left = std::ceil((period + 1 - x) / step);
    const std::size_t count =
        period < periods - 1
            ? std::min(static_cast<std::size_t>(std::max(left, 1.0)), out.size() - done)
            : out.size() - done;
    polynomial_at(coefficients_.at(static_cast<std::size_t>(period)), x - period, step, count,
                  out.data() + done);
    done += count;
  }
}

}  // namespace meterrig::reference
