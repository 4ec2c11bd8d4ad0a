// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>

#include "meterrig/verdict/budget.h"
#include "meterrig/verdict/monte_carlo.h"

namespace meterrig::verdict {

/// How much a budget's simulation may cost: the first trials, and so many in all when those do not
/// tell whether the two agree.
struct BudgetTrials {
  std::uint64_t seed = 1;
  double probability = 0.9545;
  std::int64_t first = 4000;
  std::int64_t most = 64000;
};

/// The sum of a budget's lines, drawn, beside its +-U.
struct SimulatedBudget {
  double standard_uncertainty;  ///< of the sums drawn
  Interval symmetric;           ///< of the probability, about 0
  std::int64_t trials;
  double tolerance;  ///< delta of one significant digit of u (JCGM 101:2008, 7.9.2)
  bool agrees;       ///< neither end is further than delta from that of +-U (8.1)
};

/// Carries a budget through by simulation, with lines as in expand_by_simulation(). Of a few
/// thousand trials the ends of an interval scatter by some per cent of u, which tells whether they
/// agree with
/// +-U to one digit of u unless the difference is near delta: then four times as many are drawn,
/// and again. The same seed gives the same numbers on every machine. `expanded` is what expand()
/// makes of the budget. Errors: invalid_argument for an empty or unknown budget, and for fewer
/// trials than the interval needs.
[[nodiscard]] Result<SimulatedBudget> simulate_budget(std::span<const Contribution> contributions,
                                                      const Expanded& expanded,
                                                      const BudgetTrials& run);

}  // namespace meterrig::verdict
