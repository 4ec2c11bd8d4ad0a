// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <complex>
#include <vector>

#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::iio {

/// Gain at one frequency, relative to the nominal one: modulus 1 and angle 0 for an ideal chain.
struct ResponsePoint {
  Frequency frequency;
  std::complex<double> gain{1, 0};
};

/// Gain of a chain over frequency, between its points linear in modulus and angle. Without points
/// it is 1 everywhere.
class FrequencyResponse {
 public:
  FrequencyResponse() = default;
  /// Error: invalid_argument for points whose frequencies do not rise from above 0 Hz, or a gain of
  /// 0 or not finite.
  [[nodiscard]] static Result<FrequencyResponse> create(std::vector<ResponsePoint> points);

  [[nodiscard]] const std::vector<ResponsePoint>& points() const { return points_; }
  /// Error: out_of_range outside the frequencies of the points, which it names: nothing is known
  /// there.
  [[nodiscard]] Result<std::complex<double>> at(Frequency frequency) const;

 private:
  std::vector<ResponsePoint> points_;
  std::vector<double> angles_;  // radians, without jumps of a turn
};

}  // namespace meterrig::iio
