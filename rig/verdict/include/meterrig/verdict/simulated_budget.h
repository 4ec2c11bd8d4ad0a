// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>

#include "meterrig/verdict/budget.h"
#include "meterrig/verdict/monte_carlo.h"

namespace meterrig::verdict {

/// So many trials take about a millisecond.
struct BudgetTrials {
  std::uint64_t seed = 1;
  double probability = 0.9545;
  std::int64_t trials = 4000;
};

/// The sum of a budget's lines, drawn, beside its +-U.
struct SimulatedBudget {
  double standard_uncertainty;  ///< of the sums drawn
  Interval symmetric;           ///< of the probability, about 0
  std::int64_t trials;
  double tolerance;  ///< delta of one significant digit of u (JCGM 101:2008, 7.9.2)
  bool agrees;       ///< no end is further than delta from that of +-U (8.1), see below
};

/// Carries a budget through by simulation, with lines as in expand_by_simulation(); what has less
/// than a thousandth of the variance is drawn as normal. From one simulation of n trials to another
/// the ends of an interval scatter by 3 u / sqrt(n) at most: only what is further than delta by
/// twice that is said not to agree. The same seed gives the same numbers on every machine.
/// `expanded` is what expand() makes of the budget. Errors: invalid_argument for an empty or
/// unknown budget, and for fewer trials than the interval needs.
[[nodiscard]] Result<SimulatedBudget> simulate_budget(std::span<const Contribution> contributions,
                                                      const Expanded& expanded,
                                                      const BudgetTrials& run);

}  // namespace meterrig::verdict
