// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "meterrig/campaign/plan.h"

namespace meterrig::campaign {

/// Steps stand before all points of their position; of several warm-ups the longest stays.
void put_steps_first(Plan& plan_of_a_position);

/// Names of the steps that prepare the points named: those of their positions.
[[nodiscard]] std::vector<std::string> steps_before(const Plan& plan,
                                                    const std::vector<std::string>& points);

}  // namespace meterrig::campaign
