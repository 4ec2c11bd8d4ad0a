// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "meterrig/v1/run.pb.h"

namespace meterrig::report::test {

/// What the example holds, for tests that count.
inline constexpr int example_points = 70;
inline constexpr int example_passes = 63;
inline constexpr int example_conditional_passes = 2;
inline constexpr int example_fails = 3;
inline constexpr int example_not_valid = 1;
inline constexpr int example_not_run = 1;

/// A run as the campaign leaves it: class 0.5S, non-binary rule, 38 balanced, 24 single-phase, 3
/// differences, 2 starting, 1 no load, 2 meter constants; with every kind of outcome that a run of
/// a machine has. The same bytes each time.
[[nodiscard]] v1::Run example_run(bool with_order);

}  // namespace meterrig::report::test
