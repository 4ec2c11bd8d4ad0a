// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "meterrig/v1/run.pb.h"

namespace meterrig::verdict {

/// What a limit allows: values at most `half_width` from `middle`, in the result's unit. A decision
/// rule is applied to the distance from the middle, with the half width as L. The middle of a limit
/// without a lower one of its own is 0.
struct LimitRange {
  double middle = 0;
  double half_width = 0;
};

[[nodiscard]] LimitRange range_of(const v1::LimitUsed& limit);

}  // namespace meterrig::verdict
