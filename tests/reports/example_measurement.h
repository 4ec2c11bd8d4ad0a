// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "meterrig/record/excerpt.h"
#include "meterrig/record/measurement.h"

namespace meterrig::test {

/// 3 x 230 V, 5 A, 30 deg lagging, 5th harmonic of 4 % and 20 %, a dip on L2 to 138 V; I2 turned
/// round. U in V, I in A, and a channel in counts without a fundamental. One second at 10 kHz.
[[nodiscard]] record::Measurement example_measurement();

/// A measurement of two segments: that of example_measurement(), and one that is too short.
[[nodiscard]] record::Measurement example_of_two_segments();

/// Five cycles of the example, from 0.18 s on.
[[nodiscard]] record::Excerpt example_excerpt();

}  // namespace meterrig::test
