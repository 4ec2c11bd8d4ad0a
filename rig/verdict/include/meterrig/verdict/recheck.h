// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>
#include <vector>

#include "meterrig/verdict/budget.h"
#include "meterrig/verdict/decision.h"

namespace meterrig::verdict {

/// What a stored result says of itself, all numbers in the unit of the result; NaN where it says
/// nothing.
struct StatedResult {
  double value;
  Expanded uncertainty;  ///< standard may be NaN: it is not stored
  std::vector<Contribution> budget;
  double limit;
  DecisionRule rule;
  Outcome outcome = Outcome::not_valid;
};

/// Computes U, k and the outcome again and says, one sentence each, what does not agree; empty when
/// all does. Numbers agree within 1e-9 of themselves. Not valid, not run and manual are not
/// contested: their reason may lie outside of these numbers.
[[nodiscard]] std::vector<std::string> disagreements(const StatedResult& stated);

}  // namespace meterrig::verdict
