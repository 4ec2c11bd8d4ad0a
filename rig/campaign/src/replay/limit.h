// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "../rated_currents.h"
#include "meterrig/v1/run.pb.h"
#include "meterrig/v1/standard.pb.h"
#include "meterrig/vocabulary/operating_point.h"

namespace meterrig::campaign {

/// What a standard's rows know of a load, taken from a mean operating point.
struct MeanLoad {
  v1::Load load = v1::LOAD_BALANCED;  ///< single-phase when one phase has a current
  v1::Direction direction = v1::DIRECTION_IMPORT;
  std::string phase;        ///< of a single-phase load: "L1"
  Current current;          ///< mean of the phases that have one
  double power_factor = 1;  ///< P / S of all phases, 0 to 1
  bool leading = false;
};
[[nodiscard]] MeanLoad mean_load(const OperatingPoint& mean);

/// The row for this load and current whose power factor is nearest in angle: standards state their
/// limits at some power factors only. Nothing when no row is for this load and current, or below a
/// power factor of 0.25, the lowest at which a standard of ours has a limit.
struct NearestRow {
  const v1::ErrorRow* row = nullptr;
  v1::PowerFactor power_factor;
};
[[nodiscard]] std::optional<NearestRow> nearest_row(const std::vector<const v1::ErrorRow*>& rows,
                                                    const MeanLoad& load,
                                                    const RatedCurrents& rated);

}  // namespace meterrig::campaign
