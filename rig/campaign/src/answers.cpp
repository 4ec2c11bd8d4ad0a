// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/campaign/answers.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <string_view>

#include "composite_error.h"
#include "measurement.h"
#include "meterrig/store/assemble.h"
#include "meterrig/store/run_store.h"
#include "simulated_uncertainty.h"

namespace meterrig::campaign {
namespace {

constexpr double stated_coverage = 2;

AnswerRefusal refusal(std::string field, const std::string& found, std::string expected) {
  return {.field = std::move(field),
          .found = fmt::format("'{}'", found),
          .expected = std::move(expected)};
}

// "0.012 %/K": a finite number, blanks, the unit.
std::optional<double> number_in(std::string_view text, std::string_view unit) {
  double value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc() || !std::isfinite(value)) return std::nullopt;
  std::string_view rest = text.substr(static_cast<std::size_t>(end - text.data()));
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  if (rest != unit) return std::nullopt;
  return value;
}

const v1::PlannedPoint* find_point(const v1::RunHeader& header, std::string_view id) {
  const auto found = std::find_if(header.plan().begin(), header.plan().end(),
                                  [&](const v1::PlannedPoint& point) { return point.id() == id; });
  return found == header.plan().end() ? nullptr : &*found;
}

const v1::Suite* suite_of(const v1::RunHeader& header, const v1::PlannedPoint& point) {
  const auto found =
      std::find_if(header.suites().begin(), header.suites().end(),
                   [&](const v1::Suite& suite) { return suite.id() == point.suite(); });
  return found == header.suites().end() ? nullptr : &*found;
}

// Composite errors that an answer is a part of, computed again from what is stored.
std::vector<v1::PointResult> composites_of(const std::vector<v1::PointResult>& answers,
                                           const std::vector<v1::Record>& records) {
  std::vector<v1::PointResult> composites;
  if (records.empty()) return composites;
  const v1::RunHeader& header = records.front().evidence().header();
  std::map<std::string, v1::PointResult, std::less<>> latest;
  for (const v1::Record& record : records) {
    if (record.evidence().has_point_result())
      latest[record.evidence().point_result().point()] = record.evidence().point_result();
  }
  std::set<std::string, std::less<>> answered;
  for (const v1::PointResult& answer : answers) {
    answered.insert(answer.point());
    latest[answer.point()] = answer;
  }
  const std::vector<v1::PlannedPoint> plan(header.plan().begin(), header.plan().end());
  for (const v1::PlannedPoint& point : plan) {
    const auto& parts = point.of_points();
    const auto stored = latest.find(point.id());
    const v1::Suite* suite = suite_of(header, point);
    if (point.procedure() != "composite_error" || stored == latest.end() || suite == nullptr ||
        std::none_of(parts.begin(), parts.end(),
                     [&](const std::string& part) { return answered.contains(part); }))
      continue;
    const auto standard = std::find_if(
        header.standards().begin(), header.standards().end(),
        [&](const v1::Standard& candidate) { return candidate.id() == suite->standard(); });
    if (standard == header.standards().end()) continue;
    v1::PointResult result;
    result.set_point(point.id());
    *result.mutable_limit() = point.limit();
    *result.mutable_decision_rule() = suite->decision_rule();
    result.set_begin_ns(stored->second.begin_ns());
    result.set_end_ns(stored->second.end_ns());
    decide_composite({.point = point,
                      .standard = *standard,
                      .rule = suite->decision_rule(),
                      .plan = plan,
                      .earlier = [&](std::string_view name) -> const v1::PointResult* {
                        const auto found = latest.find(name);
                        return found == latest.end() ? nullptr : &found->second;
                      }},
                     result);
    simulate_uncertainty(header.seed(), result);
    composites.push_back(std::move(result));
  }
  return composites;
}

v1::DecisionRule rule_of(const v1::RunHeader& header, const v1::PlannedPoint& point) {
  const v1::Suite* suite = suite_of(header, point);
  return suite == nullptr ? v1::DecisionRule() : suite->decision_rule();
}

}  // namespace

std::string answer_unit(const v1::PlannedPoint& point) {
  if (!point.limit_unit().empty()) return point.limit_unit();
  return point.influence_result() == v1::INFLUENCE_RESULT_TEMPERATURE_COEFFICIENT ? "%/K" : "%";
}

tl::expected<v1::PointResult, AnswerRefusal> answered(const v1::ManualAnswer& answer,
                                                      const v1::RunHeader& header) {
  const v1::PlannedPoint* point = find_point(header, answer.point());
  if (point == nullptr || !point->manual()) {
    std::string names;
    for (const v1::PlannedPoint& candidate : header.plan()) {
      if (candidate.manual()) names += (names.empty() ? "" : ", ") + candidate.id();
    }
    return tl::unexpected(refusal(
        "point", answer.point(),
        names.empty() ? "nothing: the plan leaves no point to a person"
                      : fmt::format("a point that the plan leaves to a person: {}", names)));
  }
  v1::PointResult result;
  result.set_point(point->id());
  *result.mutable_limit() = point->limit();
  *result.mutable_decision_rule() = rule_of(header, *point);
  result.set_result_name("answer");
  result.set_unit(answer_unit(*point));
  result.mutable_answer()->set_operator_(answer.operator_());
  result.mutable_answer()->set_time(answer.time());
  result.mutable_answer()->set_remark(answer.remark());
  if (answer.value().empty()) {
    const bool passed = answer.outcome() == v1::MANUAL_OUTCOME_PASS;
    result.set_outcome(passed ? v1::OUTCOME_PASS : v1::OUTCOME_FAIL);
    result.set_reason(fmt::format("{} found that the device {}, without a value",
                                  answer.operator_(), passed ? "passes" : "fails"));
    return result;
  }
  const std::string a_number = fmt::format("a number of {}", result.unit());
  const auto value = number_in(answer.value(), result.unit());
  if (!value) return tl::unexpected(refusal("value", answer.value(), a_number));
  const auto uncertainty = number_in(answer.uncertainty(), result.unit());
  if (!uncertainty || !(*uncertainty > 0))
    return tl::unexpected(refusal("uncertainty", answer.uncertainty(), a_number + " above 0"));
  const std::vector<verdict::Contribution> budget{
      verdict::from_certificate("as stated by the operator", *uncertainty, stated_coverage)};
  conclude(result.decision_rule(), result, *value, budget);
  return result;
}

std::vector<v1::PlannedPoint> waiting_points(const v1::Run& run) {
  std::vector<v1::PlannedPoint> points;
  for (int i = 0; i < run.results_size(); ++i) {  // one for each planned point, in its order
    if (run.results(i).outcome() == v1::OUTCOME_MANUAL) points.push_back(run.header().plan(i));
  }
  return points;
}

Result<v1::Run> record_answers(const std::filesystem::path& store,
                               const std::vector<v1::PointResult>& answers,
                               const v1::Circumstances& circumstances,
                               const std::function<std::string()>& wall_clock) {
  auto opened = store::RunStore::open(store);
  if (!opened) return tl::unexpected(opened.error());
  const auto before = opened->records();
  if (!before) return tl::unexpected(before.error());
  std::vector<v1::PointResult> results = answers;
  for (v1::PointResult& composite : composites_of(answers, *before))
    results.push_back(std::move(composite));
  for (const v1::PointResult& answer : results) {
    v1::Record record;
    v1::PointResult& result = *record.mutable_evidence()->mutable_point_result();
    result = answer;
    const auto earlier = std::count_if(before->begin(), before->end(), [&](const v1::Record& r) {
      return r.evidence().has_point_result() &&
             r.evidence().point_result().point() == answer.point();
    });
    result.set_attempt(static_cast<std::uint32_t>(earlier + 1));
    *record.mutable_circumstances() = circumstances;
    record.mutable_circumstances()->set_wall_clock(wall_clock());
    if (auto added = opened->append(record); !added) return tl::unexpected(added.error());
  }
  const auto records = opened->records();
  if (!records) return tl::unexpected(records.error());
  return store::assemble_run(
      *records, {.chain_sha256 = opened->chain_hash(), .evidence_sha256 = opened->evidence_hash()});
}

}  // namespace meterrig::campaign
