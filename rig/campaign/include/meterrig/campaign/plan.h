// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "meterrig/campaign/inputs.h"
#include "meterrig/v1/run.pb.h"
#include "meterrig/vocabulary/quantity.h"

namespace meterrig::campaign {

struct PlanOptions {
  /// Rows, tests or beginnings of point names to run; all when empty. The others stay in the plan
  /// as not asked for.
  std::vector<std::string> only;
  unsigned repeat = 1;
};

using Plan = std::vector<v1::PlannedPoint>;

/// Why a point that --only leaves out is not run; it does not count against the run.
inline constexpr const char* not_asked_for = "not asked for (--only)";

/// Whether one of the words names the point's row, its test, or the point by its name or a
/// beginning of it; true without words.
[[nodiscard]] bool is_selected(const v1::PlannedPoint& point, const std::vector<std::string>& only);

/// Expands suites x device x bench x position into ordered test points, each with what to apply,
/// its limit, the method and the measuring time. Errors, all at once: a row that is missing or has
/// no limit for the class, rows that overlap, a fixed duration in which the method cannot resolve
/// the limit (with the one that would do), a --only word that selects nothing. A point for which no
/// allowed method is fine enough within the suite's longest duration stays in the plan as not run,
/// with the duration that would do.
[[nodiscard]] tl::expected<Plan, std::vector<loader::Finding>> expand(const Inputs& inputs,
                                                                      const PlanOptions& options);

/// Time that a point takes on the bench's time base, settling and all measurements of a
/// repeatability included, as planned; of a sequential test those up to its first look.
[[nodiscard]] Duration expected_time(const v1::PlannedPoint& point);

/// The same with all measurements up to the last look of a sequential test.
[[nodiscard]] Duration greatest_time(const v1::PlannedPoint& point);
/// What a bench that keeps its signal from point to point does not wait for to settle.
[[nodiscard]] Duration settling_saved(const Plan& plan);

}  // namespace meterrig::campaign
