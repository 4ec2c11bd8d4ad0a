// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "meterrig/record/measurement.h"

namespace meterrig::report {

/// A measurement for programs: one object with file, format, rate_hz, first, count, duration_s,
/// channels, pairs, sequence, wiring, events, warnings and segments. Values are in the unit of
/// their channel, those of a pair in the product of the units. Unknown is null, never 0. A range of
/// several rates has rate_hz null, of its channels only rms, dc and ends, and a reading or a reason
/// for each of its segments; one rate has no segments.
[[nodiscard]] std::string record_json(const record::Measurement& measurement);

}  // namespace meterrig::report
