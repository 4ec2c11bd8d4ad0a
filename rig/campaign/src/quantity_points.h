// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "meterrig/v1/run.pb.h"
#include "meterrig/v1/standard.pb.h"
#include "meterrig/v1/suite.pb.h"
#include "meterrig/vocabulary/operating_point.h"
#include "rated_currents.h"

namespace meterrig::campaign {

/// What the points of a quantity test are made from.
struct QuantityScope {
  const v1::Standard& standard;
  std::string accuracy_class;  ///< of the suite
  const RatedCurrents& rated;
  double reference_voltage = 0;                       ///< Un, V
  Duration averaging;                                 ///< of the device's readings
  std::string test;                                   ///< id
  std::function<v1::PlannedPoint()> base;             ///< what all points of the test share
  std::function<std::string(std::string tail)> name;  ///< with prefixes
  /// Balanced import at Un and fn.
  std::function<OperatingPoint(Current, Angle)> load_point;
  /// `where` counts from the test's quantity_error.
  std::function<void(const std::string& where, std::string found, std::string expected)> finding;
};

/// One point for each level of the test and each row whose range holds the level; of rows for
/// harmonics one for each order that the level has. Points of one level are measured together: the
/// first reads everything, the others refer to it (of_points). A row without a level, or for a
/// quantity that no procedure measures, stays in the plan as not run, with the reason.
/// Power factors are sin phi in a test of reactive power.
[[nodiscard]] std::vector<v1::PlannedPoint> quantity_points(const v1::QuantityError& spec,
                                                            const QuantityScope& scope);

/// Root of the sum of the squares of a level's shares, %.
[[nodiscard]] double distortion(
    const google::protobuf::RepeatedPtrField<v1::HarmonicShare>& harmonics);

}  // namespace meterrig::campaign
