// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>

#include "meterrig/record/excerpt.h"
#include "meterrig/record/measurement.h"

namespace meterrig::report {

/// Parts of the envelope that a picture of a measurement can show.
inline constexpr std::size_t picture_parts = 1000;

/// One SVG: the whole range as an envelope where it is longer than the excerpt, the excerpt's
/// voltages and currents over time, their spectrum and their phasors. Of many channels it shows the
/// first circuit (at most three voltages and three currents) and says so.
[[nodiscard]] std::string record_picture(const record::Measurement& measurement,
                                         const record::Excerpt& excerpt);

}  // namespace meterrig::report
