// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <complex>
#include <cstdint>
#include <span>
#include <vector>

#include "meterrig/vocabulary/rational.h"
#include "meterrig/vocabulary/result.h"
#include "meterrig/vocabulary/rf.h"

namespace meterrig::soapy {

/// Peak of a modulation's envelope, as a ratio to the unmodulated carrier: 1.8 for 80 % AM.
/// Error: invalid_argument for a depth or duty that is none, or a modulation frequency that is not
/// above 0 Hz.
[[nodiscard]] Result<double> peak_of(const RfModulation& modulation);

/// The baseband of a modulated carrier: real, and a function of the sample's number alone.
class Envelope {
 public:
  /// `amplitude` is that of the unmodulated carrier, as a ratio to full scale; `rate` is in samples
  /// a second. Errors: as of peak_of(); out_of_range for fewer than eight samples a period.
  [[nodiscard]] static Result<Envelope> create(const RfModulation& modulation, double amplitude,
                                               Rational rate);
  /// Samples from number `first` (0 or above) on.
  void fill(std::int64_t first, std::span<std::complex<float>> samples) const;

 private:
  Envelope(const RfModulation& modulation, double amplitude, Rational cycles_per_sample);
  void compute(std::int64_t first, std::span<std::complex<float>> samples) const;

  RfModulation modulation_;
  double amplitude_;
  Rational cycles_per_sample_;
  std::vector<std::complex<float>> period_;  // where the samples repeat after not too many
};

}  // namespace meterrig::soapy
