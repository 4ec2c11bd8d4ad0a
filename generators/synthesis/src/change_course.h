// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <fmt/format.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

#include "meterrig/vocabulary/signal.h"

namespace meterrig::synthesis {

/// The first sample at or after a moment, and how far after: from 0 up to 1 sample interval.
struct Beginning {
  std::int64_t sample = 0;
  double part = 0;
};

/// The first sample at or after a time.
[[nodiscard]] Beginning first_sample_at(Instant time, Rational rate);

/// How far a change has got: 0 before it, 1 between its ramps.
class ChangeCourse {
 public:
  /// Durations in seconds; `hold` may be infinite.
  ChangeCourse(Beginning beginning, double ramp, double hold, Rational rate)
      : beginning_(beginning), ramp_(ramp), hold_(hold), rate_(rate) {}

  [[nodiscard]] double progress(std::int64_t sample) const;
  /// Integral of the progress since sample 0, seconds.
  [[nodiscard]] long double integral(std::int64_t sample) const;

 private:
  // Seconds since it began. Correctly rounded when it begins at a sample, so that a change whose
  // hold is a whole number of samples ends at one.
  template <class Number>
  [[nodiscard]] Number elapsed(std::int64_t sample) const {
    const auto samples =
        static_cast<Number>(sample - beginning_.sample) + static_cast<Number>(beginning_.part);
    return samples * static_cast<Number>(rate_.denominator) / static_cast<Number>(rate_.numerator);
  }

  Beginning beginning_;
  double ramp_;
  double hold_;
  Rational rate_;
};

/// The course of a change that begins there; `name` says of what for an error: invalid_argument
/// for a value that is unknown, or a ramp or hold that is no time.
template <class Value>
Result<ChangeCourse> course_of(const std::string& name, const Change<Value>& change,
                               Beginning beginning, Rational rate) {
  const double ramp = change.ramp.known() ? change.ramp.in(second) : 0;
  const double hold =
      change.hold ? change.hold->in(second) : std::numeric_limits<double>::infinity();
  if (!change.value.known() || !(ramp >= 0) || std::isinf(ramp) || !(hold >= 0))
    return fail(ErrorCode::invalid_argument,
                fmt::format("{}: a change with a ramp of {} s and a hold of {} s; expected a value "
                            "and times of at least 0 s",
                            name, ramp, hold));
  return ChangeCourse(beginning, ramp, hold, rate);
}

}  // namespace meterrig::synthesis
