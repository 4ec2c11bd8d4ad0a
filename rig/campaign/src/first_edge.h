// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "measurement.h"

namespace meterrig::campaign {

/// Lets time pass in steps until the test output gave an edge, `allowed` at most. The edges of the
/// step in which the first came; none when none came. Progress as in let_pass().
[[nodiscard]] Result<std::vector<Instant>> first_edge(PointContext& context, Duration allowed,
                                                      double done_before, double done_after);

}  // namespace meterrig::campaign
