// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "meterrig/vocabulary/rational.h"

namespace meterrig::resample {

/// Weights for the value of a band-limited signal between its samples: a sinc under a Kaiser window
/// (J. F. Kaiser, "Nonrecursive digital filter design using the I0-sinh window function", 1974,
/// beta = 14.3), 48 samples of the lower of the two rates wide. A component at f, both rates in
/// samples a second, comes out
///   within 3e-7 of its amplitude for f up to 0.4 of the lower rate (harmonic 63 of 50 Hz at 8 kS/s
///     is at 0.394),
///   attenuated, to a half at 0.5,
///   below 3e-7 of it from 0.6 on, so that what folds back lies above 0.4 of the rate.
/// A direct component comes out to rounding: the weights of a place add up to 1.
class Kernel {
 public:
  /// From samples at rate `from` to samples at rate `to`, both above 0.
  Kernel(Rational from, Rational to);
  /// Samples that one value depends on, even.
  [[nodiscard]] std::size_t taps() const { return taps_; }
  /// Weights of the value at sample `whole` + `fraction`, fraction in [0, 1): weights[k] is for
  /// sample whole - taps() / 2 + 1 + k. The span has taps() elements.
  void weigh(double fraction, std::span<double> weights) const;

 private:
  double scale_ = 1;  // samples of the lower rate in one of `from`
  std::size_t taps_ = 0;
};

}  // namespace meterrig::resample
