// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "meterrig/v1/run.pb.h"
#include "meterrig/vocabulary/operating_point.h"

namespace meterrig::loader {

/// Elements that the message lacks are unknown; those beyond the third are not read.
[[nodiscard]] OperatingPoint point_from(const v1::AppliedPoint& message);
[[nodiscard]] v1::AppliedPoint message_from(const OperatingPoint& point);

}  // namespace meterrig::loader
