// SPDX-License-Identifier: GPL-3.0-or-later
#include "change_course.h"

#include <algorithm>
#include <cmath>

namespace meterrig::synthesis {
namespace {

__extension__ using Wide = __int128;

}  // namespace

Beginning first_sample_at(Instant time, Rational rate) {
  // Sample n is at n denominator / numerator seconds.
  const Wide unit = Wide{rate.denominator} * 1'000'000'000;
  const Wide scaled = Wide{time.nanoseconds} * rate.numerator;
  const Wide sample = (scaled + unit - 1) / unit;
  return {.sample = static_cast<std::int64_t>(sample),
          .part = static_cast<double>(sample * unit - scaled) / static_cast<double>(unit)};
}

double ChangeCourse::progress(std::int64_t sample) const {
  if (sample < beginning_.sample) return 0;
  const auto x = elapsed<double>(sample);
  if (x < ramp_) return x / ramp_;
  const double down = x - ramp_ - hold_;
  // Not by `down` alone: of a step, x < hold must be decided without rounding.
  if (ramp_ == 0) return x < hold_ ? 1 : 0;
  if (down < 0) return 1;
  return down < ramp_ ? 1 - down / ramp_ : 0;
}

long double ChangeCourse::integral(std::int64_t sample) const {
  if (sample < beginning_.sample) return 0;
  const long double ramp = ramp_;
  const auto x = elapsed<long double>(sample);
  if (x < ramp) return x * x / (2 * ramp);
  if (std::isinf(hold_) || x < ramp + hold_) return x - ramp / 2;
  const long double down = std::min(x - ramp - hold_, ramp);
  return ramp / 2 + hold_ + (ramp > 0 ? down - down * down / (2 * ramp) : 0);
}

}  // namespace meterrig::synthesis
