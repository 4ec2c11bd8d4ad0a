// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/campaign/retest.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>

#include "meterrig/campaign/plan.h"
#include "meterrig/store/assemble.h"
#include "steps.h"

namespace meterrig::campaign {
namespace {

// Not a pass, and measuring can change it.
bool is_open(const v1::PointResult& result) {
  switch (result.outcome()) {
    case v1::OUTCOME_FAIL:
    case v1::OUTCOME_CONDITIONAL_FAIL:
    case v1::OUTCOME_CONDITIONAL_PASS:
    case v1::OUTCOME_NOT_VALID:
      return true;
    default:
      return result.reason() == store::interrupted;
  }
}

}  // namespace

Result<std::vector<std::string>> points_to_retest(const v1::Run& run,
                                                  const std::vector<std::string>& only) {
  const auto& plan = run.header().plan();
  for (const std::string& word : only) {
    if (std::none_of(plan.begin(), plan.end(), [&](const v1::PlannedPoint& point) {
          return point.not_run_reason().empty() && is_selected(point, {word});
        }))
      return fail(ErrorCode::invalid_argument,
                  fmt::format("--only: found '{}'; expected a row, a test or the beginning of the "
                              "name of a point that the run measures",
                              word));
  }
  std::vector<std::string> points;
  std::set<std::string, std::less<>> again;
  for (int i = 0; i < plan.size(); ++i) {
    const v1::PlannedPoint& point = plan[i];
    if (!point.not_run_reason().empty()) continue;
    const bool asked = only.empty() ? is_open(run.results(i)) : is_selected(point, only);
    // What is computed from another point comes after it in the plan.
    const bool follows = std::any_of(point.of_points().begin(), point.of_points().end(),
                                     [&](const std::string& of) { return again.contains(of); });
    if (!asked && !follows) continue;
    if (point.has_recording())
      return fail(ErrorCode::unimplemented,
                  fmt::format("{} plays a recording; expected points without one, such as with "
                              "--only, or a new run",
                              point.id()));
    again.insert(point.id());
    points.push_back(point.id());
  }
  if (points.empty())
    return fail(ErrorCode::failed_precondition,
                "every point passed; expected --only with those to measure again");
  std::vector<std::string> with_steps = steps_before({plan.begin(), plan.end()}, points);
  with_steps.insert(with_steps.end(), points.begin(), points.end());
  return with_steps;
}

Inputs inputs_of(const v1::RunHeader& header, const std::string& bench_path) {
  Inputs inputs;
  *inputs.device.message.mutable_device() = header.device();
  *inputs.bench.message.mutable_bench() = header.bench();
  inputs.bench.path = bench_path;
  for (const v1::Suite& suite : header.suites())
    *inputs.suites.emplace_back().message.mutable_suite() = suite;
  for (const v1::Standard& standard : header.standards())
    *inputs.standards.emplace_back().message.mutable_standard() = standard;
  if (header.has_order()) *inputs.order.emplace().message.mutable_order() = header.order();
  return inputs;
}

}  // namespace meterrig::campaign
