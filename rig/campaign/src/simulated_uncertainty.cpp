// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulated_uncertainty.h"

#include <fmt/format.h>

#include <cmath>
#include <vector>

#include "meterrig/verdict/messages.h"
#include "meterrig/verdict/simulated_budget.h"
#include "point_seed.h"

namespace meterrig::campaign {
namespace {

Result<v1::SimulatedUncertainty> simulated(const v1::PointResult& result, std::uint64_t seed) {
  const std::vector<verdict::Contribution> budget = verdict::budget_from(result.budget());
  const auto found = verdict::simulate_budget(budget, verdict::expand(budget), {.seed = seed});
  if (!found) return tl::unexpected(found.error());
  v1::SimulatedUncertainty message;
  message.set_standard_uncertainty(found->standard_uncertainty);
  message.set_low(result.value() + found->symmetric.low);
  message.set_high(result.value() + found->symmetric.high);
  message.set_trials(found->trials);
  message.set_seed(seed);
  message.set_agrees(found->agrees);
  message.set_tolerance(found->tolerance);
  return message;
}

}  // namespace

void simulate_uncertainty(std::uint64_t run_seed, v1::PointResult& result) {
  result.clear_simulated_uncertainty();
  if (!result.has_value() || result.budget_size() == 0) return;
  auto message =
      simulated(result, point_seed(run_seed, fmt::format("{}, uncertainty", result.point())));
  // Without trials nothing varies.
  if (message && message->trials() > 0)
    *result.mutable_simulated_uncertainty() = std::move(*message);
}

std::string simulation_disagrees(const v1::PointResult& result) {
  if (!result.has_simulated_uncertainty()) return "";
  const v1::SimulatedUncertainty& said = result.simulated_uncertainty();
  const auto again = simulated(result, said.seed());
  if (!again) return again.error().message;
  const double slack = 1e-9 * (std::abs(result.value()) + result.expanded_uncertainty());
  if (again->trials() == said.trials() && again->agrees() == said.agrees() &&
      std::abs(again->low() - said.low()) <= slack &&
      std::abs(again->high() - said.high()) <= slack)
    return "";
  return fmt::format(
      "the simulation is stated as {:.9g} to {:.9g} and computed as {:.9g} to {:.9g}", said.low(),
      said.high(), again->low(), again->high());
}

}  // namespace meterrig::campaign
