// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>
#include <vector>

#include "meterrig/campaign/bench.h"
#include "meterrig/verdict/budget.h"

namespace meterrig::campaign {

/// What the reference energy of a bench is known by, in % of the reading: its certificate and,
/// where the bench states a drift, what it may have drifted since, rectangular. `scale` makes
/// another unit of %.
[[nodiscard]] std::vector<verdict::Contribution> reference_lines(const Bench& bench,
                                                                 double scale = 1);

/// Whether a line of a budget is one of those: common to all errors against one reference.
[[nodiscard]] bool is_of_reference(std::string_view line);

}  // namespace meterrig::campaign
