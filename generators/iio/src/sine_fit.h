// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <complex>
#include <span>
#include <vector>

namespace meterrig::iio {

/// Least-squares fit of a constant and of sines of known frequencies (IEEE 1057, 4.1.4, with more
/// than one sine). The phasor of sqrt(2) rms sin(2 pi f n + phase) is rms exp(i phase); sample 0 is
/// the row's first. Frequencies, in cycles a sample, are different and above 0; the row is longer
/// than twice their number.
[[nodiscard]] std::vector<std::complex<double>> fit_sines(std::span<const double> row,
                                                          std::span<const double> frequencies);

}  // namespace meterrig::iio
