// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <vector>

#include "meterrig/verdict/budget.h"

namespace meterrig::campaign {

/// Budget of a difference of two errors against one reference. All contributions are independent
/// but that of the reference standard: its calibration is in both and cancels. What does not cancel
/// is how the reference itself takes what has changed; that is not more than it states, so that it
/// is counted once instead of twice.
[[nodiscard]] std::vector<verdict::Contribution> budget_of_shift(
    std::vector<verdict::Contribution> later, std::span<const verdict::Contribution> before);

}  // namespace meterrig::campaign
