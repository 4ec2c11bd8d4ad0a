// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "meterrig/v1/standard.pb.h"
#include "meterrig/vocabulary/operating_point.h"
#include "meterrig/vocabulary/signal.h"

namespace meterrig::campaign {

/// The load point under the level's voltage factor, frequency factor, phase sequence and
/// interruptions; its signal is none of a point's.
[[nodiscard]] OperatingPoint point_under(const v1::InfluenceLevel& level, OperatingPoint point);

/// Share of the squares, and of the power at power factor 1, that a switch lets through of a sine:
/// 1/2 of a half wave, 1 - a/pi + sin(2 a)/(2 pi) from the angle a on, on / (on + off) of a burst.
[[nodiscard]] double share_let_through(const v1::SwitchedSine& sine);

/// Half of the energy of one burst over the mean power: (on + off) / (2 f).
[[nodiscard]] double half_burst_seconds(const v1::SwitchedSine& burst, Frequency frequency);

/// The signal of a point that point_under() gives. All phases have one shape, as far apart in time
/// as their fundamentals are: component h turns by h times the fundamental's angle. A current that
/// is exported is turned by half a turn on top. Errors: out_of_range for a frequency that is no
/// decimal of at most 18 digits.
[[nodiscard]] Result<SignalRecipe> signal_under(const v1::InfluenceLevel& level,
                                                const OperatingPoint& point, bool exported);

}  // namespace meterrig::campaign
