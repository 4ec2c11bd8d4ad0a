// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "meterrig/campaign/plan.h"
#include "meterrig/vocabulary/operating_point.h"
#include "rated_currents.h"

namespace meterrig::campaign {

/// What the expansion of a suite gives to that of one influence test.
struct InfluenceScope {
  const v1::Standard& standard;
  const v1::Suite& suite;
  const v1::Device& device;
  const v1::Bench& bench;
  const RatedCurrents& rated;
  std::string where;  ///< of the test's `influence` in the suite's file
  std::string test;   ///< its id
  std::function<v1::PlannedPoint(std::string_view procedure)> base;
  std::function<std::string(std::string tail)> name;  ///< of a point, unique in the run
  /// Balanced load at reference conditions.
  std::function<OperatingPoint(Current, Angle, v1::Direction)> load_point;
  std::function<bool(v1::Direction)> offered;  ///< by the device
  std::function<void(std::string_view where, std::string found, std::string expected)> finding;
};

/// For each row, direction, current, power factor and level a point, right behind one at reference
/// conditions with the same load when the result is a shift; for a row that needs what no bench has
/// one point that is left to a person. A row that the bench's method cannot resolve stays in the
/// plan as not run.
[[nodiscard]] Plan influence_points(const InfluenceScope& scope, const v1::Influence& spec);

}  // namespace meterrig::campaign
