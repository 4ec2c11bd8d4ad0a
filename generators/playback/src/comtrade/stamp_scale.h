// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "meterrig/playback/write.h"
#include "moment.h"

namespace meterrig::playback::comtrade {

/// A sampling rate as the file says it.
struct WrittenRate {
  std::string text;
  double hertz = 0;  ///< of the text
  std::int64_t first = 0;
  std::int64_t end = 0;
  double start = 0;  ///< seconds
};

/// Rates to 15 digits, which come back from the file as they are.
[[nodiscard]] std::vector<WrittenRate> written_rates(const RecordingDescription& description);

/// How time stamps are written.
struct StampScale {
  int decimals = 6;       ///< of the dates: 9 make the unit a nanosecond (2013)
  double multiplier = 1;  ///< timemult: a power of ten with which all stamps fit 32 bits
  bool none = false;      ///< all stamps missing: no multiplier leaves a step to each scan
};

/// Nanoseconds in 2013 where a period is no whole number of microseconds and the stamps fit, or a
/// date has them; else microseconds.
[[nodiscard]] StampScale stamp_scale(const std::vector<WrittenRate>& rates, const Moment& first,
                                     const Moment& trigger, ComtradeRevision revision);

}  // namespace meterrig::playback::comtrade
