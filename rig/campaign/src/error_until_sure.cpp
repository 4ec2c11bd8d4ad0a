// SPDX-License-Identifier: GPL-3.0-or-later
#include "error_until_sure.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "error_measurement.h"
#include "meterrig/verdict/limit_range.h"
#include "meterrig/verdict/messages.h"
#include "meterrig/verdict/sequential.h"
#include "reference_lines.h"

namespace meterrig::campaign {
namespace {

using verdict::SequentialOutcome;

// The looks up to the point's own last one: to stop earlier adds no risk.
verdict::StoppingBoundary boundary_for(const PointContext& context) {
  verdict::StoppingBoundary boundary = *context.boundary;
  const std::int64_t last = context.point.sequential().last_look();
  std::erase_if(boundary.looks,
                [last](const verdict::Look& look) { return look.observations > last; });
  return boundary;
}

// What the rule accepts of a result without uncertainty.
double accepted(const verdict::DecisionRule& rule, double limit) {
  return rule.kind == verdict::RuleKind::fraction ? rule.fraction * limit : limit;
}

struct Stop {
  SequentialOutcome outcome = SequentialOutcome::undecided;
  std::vector<double> errors;
  std::vector<verdict::Contribution> last_budget;
};

const char* word(SequentialOutcome outcome) {
  switch (outcome) {
    case SequentialOutcome::accept:
      return "accept";
    case SequentialOutcome::reject:
      return "reject";
    case SequentialOutcome::undecided:
    case SequentialOutcome::go_on:
      break;
  }
  return "undecided";
}

// Of the mean: the reference as it is, the steps of the readings by the root of n smaller, and what
// the errors scatter by beyond those.
std::vector<verdict::Contribution> budget_of(const Stop& stop) {
  const auto n = static_cast<double>(stop.errors.size());
  std::vector<verdict::Contribution> budget;
  double steps = 0;
  for (const verdict::Contribution& line : stop.last_budget) {
    if (line.type != 'B') continue;  // the scatter within one measurement
    budget.push_back(line);
    if (is_of_reference(line.name)) continue;
    steps = std::hypot(steps, line.standard_uncertainty);
    budget.back().standard_uncertainty /= std::sqrt(n);
  }
  budget.push_back(repeatability_beyond(stop.errors, steps));
  return budget;
}

}  // namespace

Result<v1::PointResult> error_until_sure(PointContext& context, v1::PointResult result) {
  const verdict::StoppingBoundary boundary = boundary_for(context);
  const verdict::LimitRange range = verdict::range_of(result.limit());
  const double limit = accepted(verdict::rule_from(context.rule), range.half_width);
  const double unaveraged = verdict::expand(reference_lines(context.bench)).expanded;
  verdict::SequentialTest to_accept(boundary, limit - unaveraged);
  verdict::SequentialTest to_reject(boundary, limit + unaveraged);
  const int first = context.point.sequential().first_look();
  Stop stop;
  PointContext one = context;
  one.progress = [&](double share) {
    const double done = static_cast<double>(stop.errors.size()) + share;
    return context.progress(std::min(1.0, done / first));
  };
  const auto last = static_cast<std::size_t>(context.point.sequential().last_look());
  while (stop.errors.size() < last) {
    result.clear_partial_errors();
    auto measured = measure_error(one, result);
    if (!measured) return tl::unexpected(measured.error());
    if (!*measured) return result;  // it says why
    ErrorMeasurement& measurement = **measured;
    stop.errors.push_back(measurement.error);
    stop.last_budget = std::move(measurement.budget);
    const double off = measurement.error - range.middle;
    const SequentialOutcome accept = to_accept.observe(off);
    const SequentialOutcome reject = to_reject.observe(off);
    if (accept == SequentialOutcome::accept || reject == SequentialOutcome::reject) {
      stop.outcome = accept == SequentialOutcome::accept ? accept : reject;
      break;
    }
  }
  result.clear_partial_errors();
  double mean = 0;
  for (const double error : stop.errors) {
    result.add_partial_errors(error);
    mean += error / static_cast<double>(stop.errors.size());
  }
  // The energies of the last measurement say nothing of all of them.
  result.clear_reference_energy_wh();
  result.clear_device_energy_wh();
  result.clear_reference_energy_varh();
  result.clear_device_energy_varh();
  v1::SequentialStop& stored = *result.mutable_sequential();
  stored.set_measurements(static_cast<int>(stop.errors.size()));
  stored.set_outcome(word(stop.outcome));
  stored.set_standard_uncertainty(verdict::repeatability("", stop.errors).standard_uncertainty);
  for (const verdict::Look& look : boundary.looks) {
    if (look.observations == static_cast<std::int64_t>(stop.errors.size()))
      stored.set_factor(look.factor);
  }
  v1::DecisionRule rule = context.rule;
  if (stop.outcome != SequentialOutcome::undecided) rule.clear_maximum_uncertainty_ratio();
  *result.mutable_decision_rule() = rule;
  result.set_end_ns(context.bench.now().nanoseconds);
  conclude(rule, result, mean, budget_of(stop));
  return result;
}

}  // namespace meterrig::campaign
