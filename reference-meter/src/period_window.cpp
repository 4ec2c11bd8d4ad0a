// SPDX-License-Identifier: GPL-3.0-or-later
#include "period_window.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>

namespace meterrig::reference {
namespace {

constexpr int most_smooth = 6;

// Integral from 0 to x of the B-spline of `smooth` one-period boxes: 0 up to x = 0, 1 from x =
// smooth. It is a sum of the next higher B-spline's values, by the recurrence of Cox and de Boor.
double ramp(int smooth, double x) {
  if (x <= 0) return 0;
  if (x >= smooth) return 1;
  const double whole = std::floor(x);
  const double part = x - whole;
  std::array<double, most_smooth + 1> spline{};  // at part, part + 1, ...
  spline[0] = 1;
  for (int degree = 1; degree <= smooth; ++degree)
    for (int k = degree; k >= 0; --k) {
      const auto at = static_cast<std::size_t>(k);
      const double before = k > 0 ? spline[at - 1] : 0.0;
      spline[at] = ((part + k) * spline[at] + (degree + 1 - part - k) * before) / degree;
    }
  double sum = 0;
  for (std::size_t k = 0; k <= static_cast<std::size_t>(whole); ++k) sum += spline[k];
  return sum;
}

}  // namespace

WindowShape window_shape(int periods) {
  const int smooth = std::min(most_smooth, 2 * periods / 3);
  return {.flat = periods - smooth, .smooth = smooth};
}

double sidelobe_bound(WindowShape shape, double cycles_per_period) {
  const double x = std::numbers::pi * cycles_per_period;
  double bound = 1.0 / (x * shape.flat);
  for (int i = 0; i < shape.smooth; ++i) bound /= x;
  return bound;
}

PeriodWindow::PeriodWindow(WindowShape shape, double samples_per_period, double centre,
                           std::size_t count) {
  const double half_span = 0.5 * shape.periods();
  const double begin = std::max(0.0, std::ceil(centre - half_span * samples_per_period));
  const double end =
      std::min(static_cast<double>(count) - 1, std::floor(centre + half_span * samples_per_period));
  first = static_cast<std::size_t>(begin);
  const auto last = static_cast<std::int64_t>(end);
  double sum = 0;
  for (auto n = static_cast<std::int64_t>(begin); n <= last; ++n) {
    const double x = half_span + (static_cast<double>(n) - centre) / samples_per_period;
    weights.push_back(ramp(shape.smooth, x) - ramp(shape.smooth, x - shape.flat));
    sum += weights.back();
  }
  for (double& weight : weights) weight /= sum;
}

Turn turn_of_turns(double turns) {
  const double fraction = turns - std::floor(turns);                   // [0, 1]
  const double high = std::floor(fraction * 4294967296.0);             // upper 32 bits
  const double low = (fraction * 4294967296.0 - high) * 4294967296.0;  // exact difference
  return {(static_cast<std::uint64_t>(high) << 32) + static_cast<std::uint64_t>(low)};
}

}  // namespace meterrig::reference
