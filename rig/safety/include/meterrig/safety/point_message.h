// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "meterrig/v1/safety.pb.h"
#include "meterrig/vocabulary/operating_point.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::safety {

[[nodiscard]] v1::OutputPoint to_message(const OperatingPoint& point);
/// Error: invalid_argument for a row that has not three numbers.
[[nodiscard]] Result<OperatingPoint> point_from(const v1::OutputPoint& message);

}  // namespace meterrig::safety
