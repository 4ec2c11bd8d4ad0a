// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "meterrig/vocabulary/instant.h"
#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::pulse {

/// How a pulse looks on an input.
struct PulseShape {
  Duration width;           ///< shortest of a pulse, and of the pause after it
  bool active_low = false;  ///< the line is off during a pulse
};

/// Finds rising edges in the level of a line that is looked at now and then.
///
/// An edge lies between the look that still saw rest and the one that first saw the pulse; it is
/// stamped in their middle, which is wrong by half their distance at most (rectangular, JCGM 100,
/// 4.3.7). A level counts when it has stayed for a quarter of the shortest pulse: a contact
/// bounces. Looks further apart than half of that width could miss a pulse, and are an error.
class EdgeFinder {
 public:
  explicit EdgeFinder(PulseShape shape) : shape_(shape) {}

  /// What a look at `time` saw. Returns an edge once it is sure. Error: aborted when too long a
  /// time passed since the look before.
  [[nodiscard]] Result<std::optional<Instant>> look(Instant time, bool level);

  /// Greatest standard uncertainty of an edge so far: half the distance between its looks, divided
  /// by the square root of 3.
  [[nodiscard]] Duration standard_uncertainty() const { return uncertainty_; }

 private:
  PulseShape shape_;
  std::optional<Instant> before_;  // time of the look before
  bool settled_ = true;            // level that counts; a pulse under way at the start is none
  bool latest_ = false;
  Instant changed_;    // middle between the looks around the latest change
  Duration half_gap_;  // and half their distance
  Duration uncertainty_ = second(0);
};

}  // namespace meterrig::pulse
