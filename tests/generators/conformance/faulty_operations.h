// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

namespace meterrig::conformance {

/// Which of an action's operations, counted from 1, go wrong one after the other. The long form,
/// with METERRIG_LONG_TESTS in the environment as .ci/nightly has it, is every one; the short form
/// is the first three, every fourth and the last two: where drivers differ is at the ends.
[[nodiscard]] std::vector<std::int64_t> faulty_operations(std::int64_t operations);

}  // namespace meterrig::conformance
