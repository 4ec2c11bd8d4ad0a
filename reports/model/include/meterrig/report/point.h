// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <limits>
#include <string>
#include <vector>

#include "meterrig/v1/run.pb.h"

namespace meterrig::report {

/// A planned point with its last result. The messages belong to the run, which must outlive it.
struct Point {
  std::string id;
  const v1::PlannedPoint* plan = nullptr;   ///< never null; empty for a result that was not planned
  const v1::PointResult* result = nullptr;  ///< null when the run has none
  const v1::Suite* suite = nullptr;         ///< null when the header lacks it
  const v1::Standard* standard = nullptr;   ///< the suite's; null when the header lacks it

  /// The result's; not run when there is none.
  [[nodiscard]] v1::Outcome outcome() const;
  /// The result's reason, else the plan's for not running it, else, without a result, "no result".
  [[nodiscard]] std::string reason() const;
  /// "%", "%/K", "1" or "s"; from the procedure when there is no result to name it.
  [[nodiscard]] std::string unit() const;
  /// The limit as used, else as planned.
  [[nodiscard]] const v1::LimitUsed& limit() const;
  [[nodiscard]] bool has_limit() const;
  /// Of the limit: a requirement has none.
  [[nodiscard]] bool has_figure() const;
  [[nodiscard]] const v1::DecisionRule& decision_rule() const;
  /// NaN when unknown; both in unit().
  [[nodiscard]] double value() const;
  [[nodiscard]] double expanded_uncertainty() const;
  /// In A, the greatest of the planned currents; NaN without one.
  [[nodiscard]] double current() const;
  /// Such as "IEC 62053-22", of the limit, else of the suite's standard; may be empty.
  [[nodiscard]] std::string designation() const;
  [[nodiscard]] std::string edition() const;
};

/// All points in plan order; after them results that no plan names, which is a defect of the run
/// but must not be hidden.
[[nodiscard]] std::vector<Point> points(const v1::Run& run);

/// fail and conditional fail.
[[nodiscard]] bool is_failure(v1::Outcome outcome);

}  // namespace meterrig::report
