// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/store/assemble.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

namespace meterrig::store {
namespace {

// Gravest first; the order of the exit status, 1 before 3 before 4 before 0.
constexpr v1::Outcome gravity[] = {
    v1::OUTCOME_FAIL,   v1::OUTCOME_CONDITIONAL_FAIL, v1::OUTCOME_NOT_VALID, v1::OUTCOME_NOT_RUN,
    v1::OUTCOME_MANUAL, v1::OUTCOME_CONDITIONAL_PASS, v1::OUTCOME_PASS};

// Results are in the order of the plan.
v1::Outcome verdict_of(const v1::Run& run) {
  for (const v1::Outcome outcome : gravity) {
    for (int i = 0; i < run.results_size(); ++i) {
      if (run.results(i).outcome() != outcome) continue;
      if (outcome != v1::OUTCOME_NOT_RUN || !is_explained(run.header().plan(i), run.results(i)))
        return outcome;
    }
  }
  return v1::OUTCOME_NOT_RUN;
}

// The result of a planned point that has none.
v1::PointResult not_run(const v1::PlannedPoint& point) {
  v1::PointResult result;
  result.set_point(point.id());
  result.set_outcome(point.manual() && !is_explained(point) ? v1::OUTCOME_MANUAL
                                                            : v1::OUTCOME_NOT_RUN);
  result.set_reason(point.not_run_reason().empty() ? std::string(interrupted)
                                                   : point.not_run_reason());
  if (point.has_limit()) *result.mutable_limit() = point.limit();
  result.set_method(point.method());
  return result;
}

// A header behind the first that says nothing but which points a procedure added to the plan.
bool adds_points(const v1::RunHeader& header) {
  v1::RunHeader rest = header;
  rest.clear_plan();
  return header.plan_size() > 0 && rest.ByteSizeLong() == 0 &&
         std::all_of(header.plan().begin(), header.plan().end(),
                     [](const v1::PlannedPoint& point) { return point.adaptive(); });
}

tl::unexpected<Error> broken(std::size_t number, const std::string& why) {
  return fail(ErrorCode::data_loss, fmt::format("record {}: {}", number, why));
}

}  // namespace

bool is_explained(const v1::PlannedPoint& point) {
  return point.not_applicable() ||
         std::string_view(point.not_run_reason()).starts_with(not_asked_for);
}

bool is_explained(const v1::PlannedPoint& point, const v1::PointResult& result) {
  return is_explained(point) || (point.adaptive() && result.reason() != interrupted);
}

std::string what_changed(std::span<const v1::DeviceSnapshot> snapshots) {
  std::map<std::pair<std::string, std::string>, std::pair<std::string, std::string>> first;
  for (const v1::DeviceSnapshot& snapshot : snapshots) {
    for (const v1::IdentityValue& entry : snapshot.identity()) {
      const auto [earlier, fresh] = first.emplace(std::pair(snapshot.position(), entry.name()),
                                                  std::pair(entry.value(), snapshot.when()));
      const auto& [value, when] = earlier->second;
      if (!fresh && value != entry.value())
        return fmt::format("position {}: {} was {} {} and is {} {}", snapshot.position(),
                           entry.name(), value, when, entry.value(), snapshot.when());
    }
  }
  return "";
}

Result<v1::Run> assemble_run(std::span<const v1::Record> records, const Hashes& hashes) {
  if (records.empty()) return fail(ErrorCode::failed_precondition, "the run holds no record");
  if (!records.front().evidence().has_header()) return broken(1, "it is no run header");

  v1::Run run;
  run.set_schema_version("1");
  *run.mutable_header() = records.front().evidence().header();
  run.set_chain_sha256(hashes.chain_sha256);
  run.set_evidence_sha256(hashes.evidence_sha256);

  for (const v1::Record& record : records.subspan(1)) {
    if (record.evidence().has_header() && adds_points(record.evidence().header()))
      run.mutable_header()->MergeFrom(record.evidence().header());
  }

  std::unordered_map<std::string_view, std::size_t> place;  // of a point in the plan
  const auto& plan = run.header().plan();
  for (int i = 0; i < plan.size(); ++i) {
    if (!place.emplace(plan[i].id(), static_cast<std::size_t>(i)).second) {
      return broken(1, fmt::format("two planned points are called '{}'", plan[i].id()));
    }
  }

  std::vector<const v1::PointResult*> last(static_cast<std::size_t>(plan.size()), nullptr);
  std::vector<const v1::PointResult*> results;  // as they came
  bool ended = false;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const v1::Evidence& evidence = records[i].evidence();
    *run.add_circumstances() = records[i].circumstances();
    switch (evidence.kind_case()) {
      case v1::Evidence::kHeader:
        if (i > 0 && !adds_points(evidence.header()))
          return broken(i + 1, "it is a second run header");
        break;
      case v1::Evidence::kPointStarted:
        break;
      case v1::Evidence::kPointResult: {
        const v1::PointResult& result = evidence.point_result();
        const auto planned = place.find(result.point());
        if (planned == place.end()) {
          return broken(i + 1, fmt::format("its point '{}' is not planned", result.point()));
        }
        if (!v1::Outcome_IsValid(result.outcome()) || result.outcome() == v1::OUTCOME_UNSPECIFIED) {
          return broken(i + 1, "its result has no outcome");
        }
        last[planned->second] = &result;
        results.push_back(&result);
        break;
      }
      case v1::Evidence::kDeviceSnapshot:
        *run.add_snapshots() = evidence.device_snapshot();
        break;
      case v1::Evidence::kRunEnded:
        ended = true;
        run.set_interrupted(evidence.run_ended().interrupted());
        break;
      case v1::Evidence::kRunResumed:
        ended = false;
        break;
      case v1::Evidence::KIND_NOT_SET:
        return broken(i + 1, "it holds no evidence that this program knows");
    }
  }
  if (!ended) run.set_interrupted("the run has not ended");

  for (int i = 0; i < plan.size(); ++i) {
    const v1::PointResult* result = last[static_cast<std::size_t>(i)];
    *run.add_results() = result != nullptr ? *result : not_run(plan[i]);
  }
  for (const v1::PointResult* result : results) {
    if (last[place.at(result->point())] != result) *run.add_superseded() = *result;
  }
  for (const v1::Circumstances& circumstances : run.circumstances()) {
    if (circumstances.wall_clock().empty()) continue;
    if (run.begin().empty()) run.set_begin(circumstances.wall_clock());
    run.set_end(circumstances.wall_clock());
  }
  const std::vector<v1::DeviceSnapshot> snapshots(run.snapshots().begin(), run.snapshots().end());
  run.set_void_reason(what_changed(snapshots));
  run.set_verdict(run.void_reason().empty() ? verdict_of(run) : v1::OUTCOME_NOT_VALID);
  return run;
}

}  // namespace meterrig::store
