// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <span>

namespace meterrig::reference {

/// Reach of the interpolation to each side of an interval, in samples.
inline constexpr int reach = 8;

/// Weight of the samples n - 7 .. n + 8 in the integral from long ago to n + part (0 <= part < 1),
/// in units of the sample interval: before them 1, after them 0. The integral is that of the
/// polynomials of degree 15 through the 16 samples around each interval. A component of the
/// integrand at x = 2 pi f / rate, amplitude A, is wrong by less than 3e-6 A x^16 (1 + 2 / x)
/// sample intervals: the remainder of the interpolation is A x^16 |(t + 7) ... (t - 8)| / 16!, at
/// most 3e-6 A x^16, and adds up over half a period of it at most.
using StepWeights = std::array<double, 2 * reach>;
[[nodiscard]] StepWeights step_weights(double part);

/// Integral over [from, to], in sample intervals from `samples[0]`, of the polynomials through the
/// 6 samples nearest to each interval (fewer when there are fewer), for the ends of a record. `to`
/// may be one sample beyond the last.
[[nodiscard]] double integral_near_end(std::span<const double> samples, double from, double to);

}  // namespace meterrig::reference
