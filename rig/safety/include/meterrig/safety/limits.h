// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "meterrig/v1/safety.pb.h"
#include "meterrig/vocabulary/operating_point.h"
#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::safety {

/// What an output may never exceed.
struct Limits {
  Voltage voltage;                 ///< r.m.s., of each phase
  Current current;                 ///< r.m.s., of each phase
  ApparentPower apparent_power;    ///< sum of the phases
  ApparentEnergy apparent_energy;  ///< from switching on to switching off
  Duration duration;               ///< from switching on to switching off
  Voltage voltage_rise;            ///< change in a second
  Current current_rise;            ///< change in a second
  Frequency lowest_frequency;
  Frequency highest_frequency;
  double crest = 1;  ///< ratio of peak to r.m.s. value
};

[[nodiscard]] Limits limits_from(const v1::Limits& message);
[[nodiscard]] v1::Limits to_message(const Limits& limits);

/// The stricter of both, limit by limit: never wider than either. An unknown (NaN) of `wanted`
/// narrows nothing, and one below 0 counts as 0.
[[nodiscard]] Limits narrowed(const Limits& limits, const Limits& wanted);

/// Whether the point keeps them: each magnitude a number of at least 0 and within its limit. Error:
/// out_of_range, naming the value, its unit, its phase and the limit.
[[nodiscard]] Result<void> check(const OperatingPoint& point, const Limits& limits);

/// Sum over the phases of voltage times current.
[[nodiscard]] ApparentPower apparent_power_of(const OperatingPoint& point);

}  // namespace meterrig::safety
