// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/campaign/recheck.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "measurement.h"
#include "meterrig/loader/verdict_mapping.h"
#include "meterrig/verdict/messages.h"
#include "meterrig/verdict/recheck.h"

namespace meterrig::campaign {
std::vector<std::string> recheck(const v1::Run& run) {
  std::vector<std::string> sentences;
  for (const v1::PointResult& result : run.results()) {
    for (const v1::Comparison& comparison : result.comparisons()) {
      std::vector<verdict::Contribution> budget;
      for (const v1::Contribution& c : comparison.budget())
        budget.push_back(verdict::contribution_from(c));
      const double expanded = verdict::expand(budget).expanded;
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
    verdict::StatedResult stated{
        .value = result.value(),
        .uncertainty = {.standard = std::numeric_limits<double>::quiet_NaN(),
                        .coverage_factor = result.coverage_factor(),
                        .expanded = result.expanded_uncertainty(),
                        .effective_degrees_of_freedom =
                            result.has_degrees_of_freedom()
                                ? result.degrees_of_freedom()
                                : std::numeric_limits<double>::infinity()},
        .budget = {},
        .limit = result.limit().magnitude(),
        .rule = verdict::rule_from(result.decision_rule()),
        .outcome = *outcome};
    for (const v1::Contribution& c : result.budget())
      stated.budget.push_back(verdict::contribution_from(c));
    for (const std::string& sentence : verdict::disagreements(stated))
      sentences.push_back(fmt::format("{}: {}", result.point(), sentence));
    if (result.result_name() == "error" && result.has_device_energy_wh()) {
      const double error = (result.device_energy_wh() / result.reference_energy_wh() - 1) * 100;
      if (!(std::abs(error - result.value()) <= 1e-9))
        sentences.push_back(
            fmt::format("{}: the energies give an error of {} %, the record says {} %",
                        result.point(), error, result.value()));
    }
  }
  return sentences;
}

}  // namespace meterrig::campaign
