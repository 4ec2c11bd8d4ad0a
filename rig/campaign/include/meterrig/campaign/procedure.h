// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <span>
#include <string_view>

#include "meterrig/campaign/bench.h"
#include "meterrig/campaign/replay.h"
#include "meterrig/v1/bench.pb.h"
#include "meterrig/v1/run.pb.h"
#include "meterrig/verdict/budget.h"
#include "meterrig/verdict/sequential.h"

namespace meterrig::campaign {

class ConditionWatch;

/// What a procedure has to work with at one point.
struct PointContext {
  const v1::PlannedPoint& point;
  const v1::DecisionRule& rule;
  const v1::Device& device;
  const v1::Standard& standard;
  Bench& bench;
  std::uint64_t seed;              ///< of this point
  Duration longest;                ///< measuring time that the suite allows
  const Replay* replay = nullptr;  ///< null when no recording was given
  /// Last result of an earlier point of this run; null when there is none.
  std::function<const v1::PointResult*(std::string_view point)> earlier;
  std::span<const v1::PlannedPoint> plan = {};          ///< of the whole run
  const verdict::StoppingBoundary* boundary = nullptr;  ///< of the suite's sequential test, if any
  /// Called as time passes, with the share of the point that is done (0 to 1). False stops the
  /// work.
  std::function<bool(double done)> progress;
  const v1::Environment* environment = nullptr;  ///< of the bench; null when it states none
  ConditionWatch* watch = nullptr;               ///< of the point; null when nobody watches
  bool signal_stays = false;  ///< what the point asks for is on the terminals, and has settled
};

/// Measures one point. An error means that the bench or the link failed and the run cannot go on;
/// whatever else goes wrong is a result that is not valid, with its reason.
using Procedure = Result<v1::PointResult> (*)(PointContext&);

/// By the name in the plan; null for a name that there is not.
[[nodiscard]] Procedure find_procedure(std::string_view name);

}  // namespace meterrig::campaign
