// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

namespace meterrig::soapy {

/// mean + amplitude sin(...) of a sampled function.
struct SineFit {
  double mean = 0;
  double amplitude = 0;
  double cycles_per_sample = 0;
};

/// Cycles a sample of the strongest line above the mean's own, up to a quarter: the maximum of the
/// transform with a Hann window. For at least 16 values.
[[nodiscard]] double strongest_line(std::span<const double> values);
/// Least squares of mean and sine at a known frequency (three parameters, IEEE 1057). For at least
/// 3 values, and a frequency that is not 0.
[[nodiscard]] SineFit fit_sine(std::span<const double> values, double cycles_per_sample);

}  // namespace meterrig::soapy
