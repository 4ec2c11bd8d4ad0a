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

// What is to be drawn. A sum of normal lines is one normal line, and what is 0 adds nothing.
std::vector<InputQuantity> inputs_of(std::span<const Contribution> contributions) {
  std::vector<InputQuantity> inputs;
  double normal = 0;
  for (const Contribution& line : contributions) {
    if (line.standard_uncertainty == 0) continue;
    InputQuantity input = input_of(line);
    if (input.distribution == Distribution::normal) {
      normal = std::hypot(normal, input.scale);
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
  if (!(outside > 0) || static_cast<double>(run.first) * outside < 2 || run.most < run.first)
    return fail(
        ErrorCode::invalid_argument,
        fmt::format("{} trials, at most {}, for a probability of {:.6g}; expected some that "
                    "lie outside",
                    run.first, run.most, run.probability));
  const std::vector<InputQuantity> inputs = inputs_of(contributions);
  // Nothing varies: +-0 is as right as any.
  if (inputs.empty())
    return SimulatedBudget{.standard_uncertainty = 0,
                           .symmetric = {0, 0},
                           .trials = 0,
                           .tolerance = 0,
                           .agrees = expanded.expanded == 0};
  SimulatedBudget found{};
  found.tolerance = numerical_tolerance(expanded.standard, 1);
  std::vector<double> sums;
  double total = 0;
  double squares = 0;  // about 0, which is near the mean
  std::uint64_t trial = 0;
  for (std::int64_t wanted = run.first;; wanted = std::min(4 * wanted, run.most)) {
    sums.reserve(static_cast<std::size_t>(wanted));
    for (; trial < static_cast<std::uint64_t>(wanted); ++trial) {
      double sum = 0;
      for (std::size_t i = 0; i < inputs.size(); ++i)
        sum += draw(inputs[i], random_words(run.seed, trial, i));
      sums.push_back(sum);
      total += sum;
      squares += sum * sum;
    }
    found.trials = wanted;
    found.symmetric = symmetric_interval(sums, run.probability);
    const double apart = std::max(std::abs(found.symmetric.low + expanded.expanded),
                                  std::abs(found.symmetric.high - expanded.expanded));
    found.agrees = apart <= found.tolerance;
    const double scatter =
        scatter_of_ends * expanded.standard / std::sqrt(static_cast<double>(wanted));
    if (std::abs(apart - found.tolerance) > 2 * scatter || wanted >= run.most) break;
  }
  const auto n = static_cast<double>(found.trials);
  found.standard_uncertainty = std::sqrt((squares - total * total / n) / (n - 1));
  return found;
}

}  // namespace meterrig::verdict
