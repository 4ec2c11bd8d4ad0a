// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "meterrig/vocabulary/quantity.h"

namespace meterrig::iio {

/// The level at which a pulse begins, and by how much it must fall back before the next one can.
struct PulseLevel {
  Voltage threshold;
  Voltage hysteresis;       ///< at least 0
  bool active_low = false;  ///< a pulse is below the threshold
};

/// Finds beginnings of pulses in the samples of a line. A pulse begins above the threshold, and is
/// over below the threshold less the hysteresis; an active low one the other way round. One that
/// may be under way at the first sample is none: nobody knows when it began.
class PulseFinder {
 public:
  explicit PulseFinder(const PulseLevel& level);
  /// Volts of the sample that follows. Whether a pulse began between the one before and this one.
  [[nodiscard]] bool next(double volts);

 private:
  double sign_;  // an active low line is looked at upside down
  double begins_above_;
  double ends_below_;
  bool active_ = true;
};

}  // namespace meterrig::iio
