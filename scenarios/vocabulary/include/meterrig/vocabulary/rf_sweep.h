// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/result.h"
#include "meterrig/vocabulary/rf.h"

namespace meterrig {

/// A carrier that steps from one frequency to another, each step a fraction of the last.
struct RfSweepPlan {
  Frequency first;
  Frequency last;  ///< included
  Percent step;    ///< of the momentary frequency, at most
  RfLevel level;
  RfModulation modulation;
  Duration dwell;  ///< at each frequency, at least
};

/// The frequencies of a plan, the last one exactly. Errors: invalid_argument or out_of_range for
/// frequencies that do not rise from above 0 Hz, or a step that is not between 0.01 % and 100 %.
[[nodiscard]] Result<std::vector<Frequency>> frequencies_of(const RfSweepPlan& plan);

}  // namespace meterrig
