// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>

#include "../earlier_result.h"
#include "../error_measurement.h"
#include "../error_shift.h"
#include "../method.h"
#include "../reference_lines.h"
#include "meterrig/verdict/messages.h"
#include "meterrig/verdict/resolution.h"
#include "procedures.h"

namespace meterrig::campaign {
namespace {

// What the uncertainty of two temperatures, stated with k = 2, makes of the coefficient's.
verdict::Contribution temperatures(const v1::Environment& environment, double difference,
                                   double kelvins) {
  return {.name = "temperatures",
          .type = 'B',
          .distribution = verdict::Distribution::normal,
          .standard_uncertainty = std::abs(difference) / (kelvins * kelvins) * std::sqrt(2.0) *
                                  environment.temperature_uncertainty() / 2};
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
  std::vector<verdict::Contribution> budget = reference_lines(context.bench);
  budget.push_back(verdict::triangular("a pulse at either end", per_pulse / reference * 100));
  conclude(context, result, (counted / reference - 1) * 100, budget);
  return result;
}

}  // namespace

Result<v1::PointResult> influence(PointContext& context) {
  const bool coefficient =
      context.point.influence_result() == v1::INFLUENCE_RESULT_TEMPERATURE_COEFFICIENT;
  const bool shift = coefficient || context.point.influence_result() == v1::INFLUENCE_RESULT_SHIFT;
  const v1::PointResult* before = nullptr;
  if (shift) {
    const std::string& name = context.point.of_points(0);
    before = context.earlier(name);
    v1::PointResult unusable = empty_result(context);
    if (!is_usable(name, before, unusable)) return unusable;
  }
  auto prepared = prepare(context, true);
  if (!prepared && is_refusal(prepared.error())) return not_run(context, prepared.error().message);
  if (!prepared) return prepared;
  v1::PointResult result = std::move(*prepared);
  result.set_result_name(coefficient ? "temperature coefficient" : shift ? "error shift" : "error");
  result.set_unit(coefficient ? "%/K" : "%");
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
  const double difference = under_influence.error - before->value();
  std::vector<verdict::Contribution> budget =
      budget_of_shift(std::move(under_influence.budget), verdict::budget_from(before->budget()));
  if (!coefficient) {
    conclude(context, result, difference, budget);
    return result;
  }
  const double kelvins =
      context.point.ambient_temperature() - context.standard.reference_conditions().temperature();
  for (verdict::Contribution& contribution : budget)
    contribution.standard_uncertainty /= std::abs(kelvins);
  if (context.environment != nullptr && context.environment->temperature_uncertainty() > 0)
    budget.push_back(temperatures(*context.environment, difference, kelvins));
  conclude(context, result, difference / kelvins, budget);
  return result;
}

}  // namespace meterrig::campaign
