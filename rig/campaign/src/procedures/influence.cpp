// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <cmath>

#include "../error_measurement.h"
#include "../method.h"
#include "meterrig/verdict/messages.h"
#include "meterrig/verdict/resolution.h"
#include "procedures.h"

namespace meterrig::campaign {
namespace {

// A difference of two errors against one reference. All contributions are independent but that of
// the reference standard: its calibration is in both and cancels. What does not cancel is how the
// reference itself takes the influence; that is not more than it states, so that it is counted
// once instead of twice.
std::vector<verdict::Contribution> budget_of_shift(
    std::vector<verdict::Contribution> under_influence, const v1::PointResult& before) {
  for (const v1::Contribution& message : before.budget()) {
    verdict::Contribution contribution = verdict::contribution_from(message);
    if (contribution.name == reference_contribution) continue;
    contribution.name += ", before";
    under_influence.push_back(std::move(contribution));
  }
  return under_influence;
}

// So many expected intervals are counted of a meter that gives hardly a pulse, or none.
constexpr int free_intervals = 20;

bool may_stop(const v1::LimitUsed& limit) { return limit.has_least() && limit.least() <= -100; }

// A result that failed for lack of pulses, where a meter may stop: those of a time that does not
// begin and end with one. Two pulses may lie anywhere at its ends, so that the count is known to
// one.
Result<v1::PointResult> slow_or_stopped(PointContext& context, v1::PointResult result) {
  const v1::PulseOutput& output = *test_output(context.device, context.point.energy());
  const Duration interval = verdict::pulse_interval(impulse_per_kilowatt_hour(output.constant()),
                                                    reference_power(context, result));
  const Instant begin = context.bench.now();
  const auto edges = let_pass(context, free_intervals * interval, 0, 1);
  if (!edges) return tl::unexpected(edges.error());
  const auto energy = reference_hours(context, begin, context.bench.now());
  if (!energy) return tl::unexpected(energy.error());
  result.clear_pulses();
  for (const Instant edge : *edges) {
    v1::PulseRecord& pulse = *result.add_pulses();
    pulse.set_output(output.id());
    pulse.set_time_ns(edge.nanoseconds);
  }
  const double per_pulse = 1000 / output.constant();
  const double reference = std::abs(*energy);
  const double counted = static_cast<double>(edges->size()) * per_pulse;
  set_energies(context, result, reference, counted);
  result.clear_reason();
  result.set_outcome(v1::OUTCOME_UNSPECIFIED);
  const std::vector<verdict::Contribution> budget{
      verdict::triangular("a pulse at either end", per_pulse / reference * 100),
      {.name = reference_contribution,
       .type = 'B',
       .distribution = verdict::Distribution::normal,
       .standard_uncertainty = context.bench.reference_standard_uncertainty().in(percent)}};
  conclude(context, result, (counted / reference - 1) * 100, budget);
  return result;
}

}  // namespace

Result<v1::PointResult> influence(PointContext& context) {
  const bool shift = context.point.influence_result() == v1::INFLUENCE_RESULT_SHIFT;
  const v1::PointResult* before = nullptr;
  if (shift) {
    const std::string& name = context.point.of_points(0);
    before = context.earlier(name);
    if (before == nullptr || before->outcome() == v1::OUTCOME_NOT_RUN)
      return not_run(context, fmt::format("needs {}, which was not run", name));
    if (!before->has_value() || before->outcome() == v1::OUTCOME_NOT_VALID) {
      v1::PointResult result = empty_result(context);
      make_not_valid(result, fmt::format("needs {}, which has no valid value", name));
      return result;
    }
  }
  auto prepared = prepare(context, true);
  if (!prepared && is_refusal(prepared.error())) return not_run(context, prepared.error().message);
  if (!prepared) return prepared;
  v1::PointResult result = std::move(*prepared);
  result.set_result_name(shift ? "error shift" : "error");
  result.set_unit("%");
  auto measured = measure_error(context, result);
  if (!measured) return tl::unexpected(measured.error());
  if (!*measured) {
    const bool hardly_a_pulse = result.outcome() == v1::OUTCOME_FAIL;
    if (hardly_a_pulse && may_stop(result.limit()))
      return slow_or_stopped(context, std::move(result));
    return result;
  }
  ErrorMeasurement& under_influence = **measured;
  if (before == nullptr) {
    conclude(context, result, under_influence.error, under_influence.budget);
    return result;
  }
  result.set_influenced_error(under_influence.error);
  result.set_reference_error(before->value());
  conclude(context, result, under_influence.error - before->value(),
           budget_of_shift(std::move(under_influence.budget), *before));
  return result;
}

}  // namespace meterrig::campaign
