// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>
#include <vector>

#include "../error_measurement.h"
#include "../reference_lines.h"
#include "procedures.h"

namespace meterrig::campaign {

// The standard fixes n, and with it how well s can be known: u(s) = s / sqrt(2 (n - 1)) (JCGM 100,
// E.4.3). A greatest ratio of U to the limit is a rule for errors and would call every s near its
// limit not valid.
Result<v1::PointResult> repeatability(PointContext& context) {
  v1::DecisionRule rule = context.rule;
  rule.clear_maximum_uncertainty_ratio();
  const int n = context.point.measurements();
  int done = 0;
  PointContext one{.point = context.point,
                   .rule = rule,
                   .device = context.device,
                   .standard = context.standard,
                   .bench = context.bench,
                   .seed = context.seed,
                   .longest = context.longest,
                   .replay = context.replay,
                   .earlier = context.earlier,
                   .plan = context.plan,
                   .progress = [&](double share) { return context.progress((done + share) / n); },
                   .environment = context.environment,
                   .watch = context.watch};
  auto prepared = prepare(one, true);
  if (!prepared) return prepared;
  v1::PointResult result = std::move(*prepared);
  result.set_result_name("standard deviation of the error");
  result.set_unit("%");
  std::vector<double> errors;
  double counted = 0;  // mean square of what the readings alone scatter by
  for (; done < n; ++done) {
    result.clear_partial_errors();
    const auto measured = measure_error(one, result);
    if (!measured) return tl::unexpected(measured.error());
    const std::optional<ErrorMeasurement>& measurement = *measured;
    if (!measurement) return result;
    errors.push_back(measurement->error);
    for (const verdict::Contribution& c : measurement->budget) {
      if (c.type == 'B' && !is_of_reference(c.name))
        counted += c.standard_uncertainty * c.standard_uncertainty / n;
    }
  }
  result.clear_partial_errors();
  for (const double error : errors) result.add_partial_errors(error);
  // What is read off the last measurement says nothing about all of them.
  result.clear_reference_energy_wh();
  result.clear_device_energy_wh();
  result.clear_reference_energy_varh();
  result.clear_device_energy_varh();
  // s / sqrt(n) of the mean, times sqrt(n), is s.
  const verdict::Contribution mean = verdict::repeatability("", errors);
  const double s = mean.standard_uncertainty * std::sqrt(n);
  const std::vector<verdict::Contribution> budget{
      {.name = "scatter of so few measurements",
       .type = 'A',
       .distribution = verdict::Distribution::normal,
       .standard_uncertainty = s / std::sqrt(2.0 * (n - 1)),
       .degrees_of_freedom = n - 1.0},
      // The rig's own scatter is in s: without it s would be smaller by this.
      verdict::rectangular("scatter of the rig", s - std::sqrt(std::max(0.0, s * s - counted)))};
  conclude(one, result, s, budget);
  return result;
}

}  // namespace meterrig::campaign
