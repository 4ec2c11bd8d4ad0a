// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "meterrig/v1/run.pb.h"
#include "meterrig/v1/standard.pb.h"
#include "meterrig/v1/suite.pb.h"
#include "rated_currents.h"

namespace meterrig::campaign {

/// Points of limits that no procedure of this version measures. They stay in the plan, each with
/// its limit and the reason why it is not run; their ids lack the prefixes of position and suite.
struct UnmeasuredPoints {
  std::vector<v1::PlannedPoint> points;
  /// Rows that could not be used: index in the test's list of rows, and why.
  struct Refusal {
    int row = 0;
    std::string found;
    std::string expected;
  };
  std::vector<Refusal> refusals;
};

/// A point left to a person when the row says what is needed, not run with the row's reason
/// otherwise, not applicable when the row is for another connection. `base` has everything
/// that the points of a test share.
[[nodiscard]] UnmeasuredPoints requirement_points(const v1::Requirement& spec,
                                                  const v1::Standard& standard,
                                                  const std::string& accuracy_class,
                                                  const RatedCurrents& rated,
                                                  const v1::PlannedPoint& base);

}  // namespace meterrig::campaign
