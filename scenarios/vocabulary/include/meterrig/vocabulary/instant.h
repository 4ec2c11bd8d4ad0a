// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cmath>
#include <compare>
#include <cstdint>

#include "meterrig/vocabulary/quantity.h"

namespace meterrig {

/// A point of time on one time base, in whole nanoseconds since its start (292 years fit). Never
/// accumulated as a floating sum.
struct Instant {
  std::int64_t nanoseconds = 0;

  friend constexpr auto operator<=>(Instant, Instant) = default;
  friend constexpr Duration operator-(Instant a, Instant b) {
    return second(static_cast<double>(a.nanoseconds - b.nanoseconds) * 1e-9);
  }
  /// Rounds the duration to the nearest nanosecond.
  friend Instant operator+(Instant a, Duration d) {
    return {a.nanoseconds + std::llround(d.in(second) * 1e9)};
  }
};

}  // namespace meterrig
