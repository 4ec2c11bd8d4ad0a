// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/iio/frequency_response.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <utility>

namespace meterrig::iio {

Result<FrequencyResponse> FrequencyResponse::create(std::vector<ResponsePoint> points) {
  FrequencyResponse response;
  double last = 0;
  for (const ResponsePoint& point : points) {
    const double frequency = point.frequency.in(hertz);
    const double modulus = std::abs(point.gain);
    if (!(frequency > last) || !std::isfinite(frequency))
      return fail(ErrorCode::invalid_argument,
                  fmt::format("a response at {} Hz after {} Hz; expected rising frequencies",
                              frequency, last));
    if (!(modulus > 0) || !std::isfinite(modulus))
      return fail(ErrorCode::invalid_argument,
                  fmt::format("a gain of {} at {} Hz; expected one above 0", modulus, frequency));
    const double before = response.angles_.empty() ? 0 : response.angles_.back();
    const double turn = 2 * std::numbers::pi;
    response.angles_.push_back(before + std::remainder(std::arg(point.gain) - before, turn));
    last = frequency;
  }
  response.points_ = std::move(points);
  return response;
}

Result<std::complex<double>> FrequencyResponse::at(Frequency frequency) const {
  if (points_.empty()) return std::complex<double>(1, 0);
  if (!(frequency >= points_.front().frequency && frequency <= points_.back().frequency))
    return fail(ErrorCode::out_of_range,
                fmt::format("no correction is known at {} Hz; it is from {} Hz to {} Hz",
                            frequency.in(hertz), points_.front().frequency.in(hertz),
                            points_.back().frequency.in(hertz)));
  const auto above = std::ranges::lower_bound(points_, frequency, {}, &ResponsePoint::frequency);
  const auto i = static_cast<std::size_t>(above - points_.begin());
  if (above->frequency == frequency) return above->gain;
  const ResponsePoint& below = points_[i - 1];
  const double share = (frequency - below.frequency) / (above->frequency - below.frequency);
  return std::polar(std::lerp(std::abs(below.gain), std::abs(above->gain), share),
                    std::lerp(angles_[i - 1], angles_[i], share));
}

}  // namespace meterrig::iio
