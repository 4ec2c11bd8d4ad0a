// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "measurement.h"

namespace meterrig::campaign {

/// Measures the error of a point again and again until a sequential test (context.boundary) accepts
/// or rejects its mean, or the last look. The limit that the mean is held against is less by the
/// expanded uncertainty of what no measurement averages, the reference, to accept, and greater by
/// it to reject. Value is the mean; the decision rule decides on it, without a greatest ratio of U
/// to the limit where the test was sure. `result` is what prepare() has begun.
[[nodiscard]] Result<v1::PointResult> error_until_sure(PointContext& context,
                                                       v1::PointResult result);

}  // namespace meterrig::campaign
