// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/verdict/simulated_budget.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "budget_input.h"
#include "random_input.h"

namespace meterrig::verdict {
namespace {

// The ends of an interval of some 95 % scatter by 2.8 u / sqrt(n) from one simulation to another,
// if the sum is normal, and by less if it is bounded.
constexpr double scatter_of_ends = 3;

// What is to be drawn. A sum of normal lines is one normal line, what is 0 adds nothing, and the
// shape of what is small does not matter.
std::vector<InputQuantity> inputs_of(std::span<const Contribution> contributions, double u) {
  constexpr double small = 0.001;  // of the variance
  std::vector<InputQuantity> inputs;
  double normal = 0;
  for (const Contribution& line : contributions) {
    const double own = line.standard_uncertainty;
    if (own == 0) continue;
    InputQuantity input = input_of(line);
    if (input.distribution == Distribution::normal || own * own < small * u * u) {
      normal = std::hypot(normal, own);
    } else {
      inputs.push_back(std::move(input));
    }
  }
  if (normal > 0) inputs.push_back(normal_input("normal lines", 0, normal));
  return inputs;
}

// Moves the result of that rank into its place.
double ranked(std::vector<double>& sums, std::size_t rank) {
  const auto place = sums.begin() + static_cast<std::ptrdiff_t>(rank);
  std::nth_element(sums.begin(), place, sums.end());
  return *place;
}

// JCGM 101, 7.7.2.
Interval symmetric_interval(std::vector<double>& sums, double probability) {
  const auto count = static_cast<double>(sums.size());
  const auto inside = static_cast<std::size_t>(std::floor(probability * count + 0.5));
  const std::size_t low = std::max<std::size_t>(1, (sums.size() - inside + 1) / 2);  // from 1
  const double end = ranked(sums, low - 1);
  return {end, ranked(sums, std::min(low + inside, sums.size()) - 1)};
}

}  // namespace

Result<SimulatedBudget> simulate_budget(std::span<const Contribution> contributions,
                                        const Expanded& expanded, const BudgetTrials& run) {
  if (!std::isfinite(expanded.standard) || !std::isfinite(expanded.expanded))
    return fail(ErrorCode::invalid_argument, "a budget that is not known; expected known lines");
  const double outside = std::min(run.probability, 1 - run.probability);
  if (!(outside > 0) || static_cast<double>(run.trials) * outside < 2)
    return fail(ErrorCode::invalid_argument,
                fmt::format("{} trials for a probability of {:.6g}; expected some that lie outside",
                            run.trials, run.probability));
  const std::vector<InputQuantity> inputs = inputs_of(contributions, expanded.standard);
  // Nothing varies: +-0 is as right as any.
  if (inputs.empty())
    return SimulatedBudget{.standard_uncertainty = 0,
                           .symmetric = {0, 0},
                           .trials = 0,
                           .tolerance = 0,
                           .agrees = expanded.expanded == 0};
  std::vector<double> sums;
  sums.reserve(static_cast<std::size_t>(run.trials));
  double total = 0;
  double squares = 0;  // about 0, which is near the mean
  for (std::int64_t trial = 0; trial < run.trials; ++trial) {
    double sum = 0;
    for (std::size_t i = 0; i < inputs.size(); ++i)
      sum += draw(inputs[i], random_words(run.seed, static_cast<std::uint64_t>(trial), i));
    sums.push_back(sum);
    total += sum;
    squares += sum * sum;
  }
  const auto n = static_cast<double>(run.trials);
  const Interval interval = symmetric_interval(sums, run.probability);
  const double apart = std::max(std::abs(interval.low + expanded.expanded),
                                std::abs(interval.high - expanded.expanded));
  const double scatter = scatter_of_ends * expanded.standard / std::sqrt(n);
  const double tolerance = numerical_tolerance(expanded.standard, 1);
  return SimulatedBudget{.standard_uncertainty = std::sqrt((squares - total * total / n) / (n - 1)),
                         .symmetric = interval,
                         .trials = run.trials,
                         .tolerance = tolerance,
                         .agrees = apart <= tolerance + 2 * scatter};
}

}  // namespace meterrig::verdict
