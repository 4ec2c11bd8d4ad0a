// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

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

/// |e| / L, distance from the middle over the half width: above 1 the value is outside. Says
/// nothing of the uncertainty. NaN when the value is.
[[nodiscard]] double share_of_limit(double value, const v1::LimitUsed& limit);

/// What the limit of a searched point is made of: "0.6 % (22.B4) + 0.4 % (22.V2)", the load first.
[[nodiscard]] std::string sum_text(const v1::LimitUsed& limit, const v1::SearchPlace& place);

}  // namespace meterrig::verdict
