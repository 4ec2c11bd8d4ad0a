// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string_view>

#include "meterrig/v1/device.pb.h"
#include "meterrig/v1/run.pb.h"
#include "meterrig/v1/standard.pb.h"
#include "rated_currents.h"

namespace meterrig::campaign {

/// What the planned points of one suite are compared for.
struct EditionScope {
  const v1::Standard& standard;  ///< the suite's
  std::string_view accuracy_class;
  const v1::Device& device;
  const RatedCurrents& rated;
};

/// Notes in the point every one of `others` that has another limit for it, other figures or no such
/// row for the class; only those of the standard's designation and of another edition. A row is the
/// same one when its id is; rows of starting current and no load when their class is.
void note_other_editions(v1::PlannedPoint& point, const EditionScope& scope,
                         std::span<const v1::Standard> others);

/// Decides the result again by the limits of the other editions in the plan, with its own value,
/// uncertainty and rule. A result without a value or that is not valid stays without.
void decide_by_other_editions(const v1::PlannedPoint& point, v1::PointResult& result);

}  // namespace meterrig::campaign
