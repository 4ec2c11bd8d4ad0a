// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "meterrig/vocabulary/measurand.h"

namespace meterrig::twin {

/// R.m.s. values by order in the unit of the samples; 0 beyond half the sample rate.
using OrderValues = std::array<double, greatest_harmonic_order + 1>;

/// Harmonics of a short stretch of samples, as the firmware of a panel meter finds them: a fast
/// transform under a Blackman-Harris window (four terms, side lobes 92 dB down), whose lines within
/// five of a harmonic are added by their squares. The stretch is no whole number of periods, and
/// need not be: by Parseval's theorem the squares of a lobe add up to that of its sine wherever it
/// lies between two lines. It is at least 0.2 s long, ten periods of 50 Hz, so that lobes keep
/// apart from 45 Hz on.
class HarmonicView {
 public:
  HarmonicView() = default;
  /// `rate` in samples a second, above 0.
  explicit HarmonicView(double rate);
  /// Samples of a stretch: a power of two.
  [[nodiscard]] std::size_t length() const { return window_.size(); }
  /// Two channels at once, length() samples each; `frequency` is the fundamental's, in cycles a
  /// sample.
  void read(std::span<const std::int32_t> first, std::span<const std::int32_t> second,
            double frequency, OrderValues& of_first, OrderValues& of_second) const;

 private:
  void transform(std::span<std::complex<double>> values) const;

  std::vector<double> window_;
  std::vector<std::complex<double>> turns_;  // exp(-2 pi j k / N), k < N / 2
  double squares_ = 0;                       // sum of the window's
};

}  // namespace meterrig::twin
