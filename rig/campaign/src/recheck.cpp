// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/campaign/recheck.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "measurement.h"
#include "meterrig/loader/verdict_mapping.h"
#include "meterrig/verdict/limit_range.h"
#include "meterrig/verdict/messages.h"
#include "meterrig/verdict/recheck.h"
#include "simulated_uncertainty.h"

namespace meterrig::campaign {
namespace {

// Of a coefficient, from the temperature before to its own; 1 of a shift.
double kelvins_of(const v1::Run& run, const v1::PointResult& result) {
  if (result.unit() != "%/K") return 1;
  const auto& plan = run.header().plan();
  const auto temperature_of = [&plan](const std::string& id) {
    for (const v1::PlannedPoint& point : plan) {
      if (point.id() == id) return point.ambient_temperature();
    }
    return std::numeric_limits<double>::quiet_NaN();
  };
  for (const v1::PlannedPoint& point : plan) {
    if (point.id() == result.point() && !point.of_points().empty())
      return point.ambient_temperature() - temperature_of(point.of_points(0));
  }
  return std::numeric_limits<double>::quiet_NaN();
}

// The shift from its two errors, and the one before from the result that it was measured in.
void check_shift(const v1::Run& run, const v1::PointResult& result,
                 std::vector<std::string>& sentences) {
  if (result.value() !=
      (result.influenced_error() - result.reference_error()) / kelvins_of(run, result))
    sentences.push_back(fmt::format("{}: errors of {} % and {} % do not differ by {} %",
                                    result.point(), result.influenced_error(),
                                    result.reference_error(), result.value()));
  for (const v1::PlannedPoint& point : run.header().plan()) {
    if (point.id() != result.point() || point.of_points().empty()) continue;
    for (const v1::PointResult& before : run.results()) {
      if (before.point() != point.of_points(0) || before.value() == result.reference_error())
        continue;
      sentences.push_back(fmt::format("{}: the error before is stated as {} %, {} has {} %",
                                      result.point(), result.reference_error(), before.point(),
                                      before.value()));
    }
  }
}

// The root from its parts, and each part of one point from the result of that; a coefficient's part
// is the point's times a distance.
void check_parts(const v1::Run& run, const v1::PointResult& result,
                 std::vector<std::string>& sentences) {
  double squares = 0;
  for (const v1::CompositePart& part : result.parts()) {
    squares += part.value() * part.value();
    for (const v1::PointResult& of : run.results()) {
      if (of.point() != part.point() || of.unit() != "%" || of.value() == part.value()) continue;
      sentences.push_back(fmt::format("{}: the {} is stated as {} %, {} has {} %", result.point(),
                                      part.name(), part.value(), of.point(), of.value()));
    }
  }
  const double root = std::sqrt(squares);
  if (!(std::abs(root - result.value()) <= 1e-9 * root))
    sentences.push_back(fmt::format("{}: the parts give {} %, the record says {} %", result.point(),
                                    root, result.value()));
}

}  // namespace

std::vector<std::string> recheck(const v1::Run& run) {
  std::vector<std::string> sentences;
  for (const v1::PointResult& result : run.results()) {
    for (const v1::Comparison& comparison : result.comparisons()) {
      const double expanded = verdict::expand(verdict::budget_from(comparison.budget())).expanded;
      if (!(std::abs(expanded - comparison.expanded_uncertainty()) <= 1e-9 * expanded) ||
          comparison.difference() != comparison.device() - comparison.reference())
        sentences.push_back(fmt::format("{}: the comparison of {} does not follow from its numbers",
                                        result.point(), comparison.quantity()));
    }
    if (!result.has_value()) continue;
    const auto outcome = loader::outcome_from(result.outcome());
    if (!outcome) {
      sentences.push_back(fmt::format("{}: {}", result.point(), outcome.error().message));
      continue;
    }
    const verdict::LimitRange range = verdict::range_of(result.limit());
    verdict::StatedResult stated{
        .value = result.value() - range.middle,
        .uncertainty = {.standard = std::numeric_limits<double>::quiet_NaN(),
                        .coverage_factor = result.coverage_factor(),
                        .expanded = result.expanded_uncertainty(),
                        .effective_degrees_of_freedom =
                            result.has_degrees_of_freedom()
                                ? result.degrees_of_freedom()
                                : std::numeric_limits<double>::infinity()},
        .budget = verdict::budget_from(result.budget()),
        .limit = range.half_width,
        .rule = verdict::rule_from(result.decision_rule()),
        .outcome = *outcome};
    for (const std::string& sentence : verdict::disagreements(stated))
      sentences.push_back(fmt::format("{}: {}", result.point(), sentence));
    if (const std::string wrong = simulation_disagrees(result); !wrong.empty())
      sentences.push_back(fmt::format("{}: {}", result.point(), wrong));
    const bool shift = result.has_influenced_error();
    if ((shift || result.result_name() == "error") && result.has_device_energy_wh()) {
      const double said = shift ? result.influenced_error() : result.value();
      const double error = (result.device_energy_wh() / result.reference_energy_wh() - 1) * 100;
      if (!(std::abs(error - said) <= 1e-9))
        sentences.push_back(
            fmt::format("{}: the energies give an error of {} %, the record says {} %",
                        result.point(), error, said));
    }
    if (shift) check_shift(run, result, sentences);
    if (result.parts_size() > 0) check_parts(run, result, sentences);
  }
  return sentences;
}

}  // namespace meterrig::campaign
