// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

#include "meterrig/record/measurement.h"
#include "meterrig/vocabulary/recording.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::record {

/// Some cycles of a measured range, to be looked at.
struct Excerpt {
  std::size_t segment = 0;  ///< of Measurement::segments
  double start = 0;         ///< of the first scan, seconds after the first scan measured
  Rational rate{1, 1};
  ScanBlock scans;
};

/// Five cycles from the start of the first segment that has a reading; where there are events, from
/// one cycle before the first. Errors: those of Recording::read().
[[nodiscard]] Result<Excerpt> read_excerpt(Recording& recording, const Measurement& measurement);

}  // namespace meterrig::record
