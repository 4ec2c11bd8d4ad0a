// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "meterrig/campaign/plan.h"
#include "meterrig/v1/standard.pb.h"
#include "meterrig/v1/suite.pb.h"
#include "rated_currents.h"

namespace meterrig::campaign {

/// What the expansion of a suite gives to that of one test of the composite error.
struct CompositeScope {
  const v1::Standard& standard;
  const std::string& accuracy_class;
  const RatedCurrents& rated;
  std::string where;  ///< of the test's `composite_error` in the suite's file
  v1::PlannedPoint base;
  std::span<const v1::PlannedPoint> before;           ///< planned so far, of this position
  std::function<std::string(std::string tail)> name;  ///< of a point, unique in the run
  std::function<void(std::string_view where, std::string found, std::string expected)> finding;
};

/// For each row, current and power factor a point with the names of those that it is made of: the
/// error of the intrinsic test at the same load, and of the influence test the shifts at the same
/// load and the temperature coefficients that hold for it. A point that lacks one of them stays in
/// the plan as not run.
[[nodiscard]] Plan composite_points(const CompositeScope& scope, const v1::CompositeError& spec);

}  // namespace meterrig::campaign
