// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "meterrig/verdict/budget.h"
#include "meterrig/vocabulary/verdict.h"

namespace meterrig::verdict {

enum class RuleKind : std::uint8_t {
  simple_acceptance,  ///< pass: |e| <= L (ILAC-G8:09/2019, 4.2.1)
  guarded,            ///< pass: |e| <= L - r U, else fail (4.2.2)
  non_binary,     ///< pass to L - r U, conditional pass to L, conditional fail to L + r U (4.2.3)
  r46_one_fifth,  ///< pass: |e| <= L, or 6/5 L - U where U > L/5 (OIML R 46-2, type test)
  r46_one_third,  ///< pass: |e| <= L, or 4/3 L - U where U > L/3 (the same, verification)
  guarded_standard,  ///< pass: |e| <= L - r u, else fail (JCGM 106:2012, 8.3.2)
  fraction,          ///< pass: |e| <= f L, else fail: a margin that does not depend on U
};

/// How a result is held against its limit; agreed before the measurement (ILAC-G8, 5).
struct DecisionRule {
  RuleKind kind = RuleKind::simple_acceptance;
  double guard_factor = 1;  ///< r of the guard band r U or r u; a negative one not for `non_binary`
  /// A point whose U exceeds this fraction of the limit is not valid, unless it fails beyond doubt:
  /// |e| > L + U.
  std::optional<double> maximum_uncertainty_ratio;
  double fraction = 1;  ///< f of `fraction`, above 0 and at most 1
};

/// One sentence for the report, such as "guarded acceptance: pass when |e| <= L - 1 U".
[[nodiscard]] std::string statement(const DecisionRule& rule);

struct Decision {
  Outcome outcome = Outcome::not_valid;
  std::string reason;       ///< empty for a pass, else a sentence with the numbers
  double acceptance_limit;  ///< greatest |e| of a pass; NaN when the rule gives none
};

/// Decides on one result. `error`, `expanded_uncertainty` (U) and `limit` (L, at least 0) are in
/// one unit, unrounded. Boundaries belong to the better outcome; a boundary that is a sum (L - r U)
/// is widened by its own rounding error, so that 0.2 passes for L = 0.3 and U = 0.1. Not valid:
/// anything unknown or infinite, a rule that makes no sense, and, as long as |e| <= L + U, U above
/// maximum_uncertainty_ratio L and an acceptance limit below 0 (no device could pass). Above L + U
/// the true error is outside by all that is known: a poor U is no reason not to say so, and what a
/// rule fails there fails. `guarded_standard` needs u and so the
/// other overload; here it is not valid.
[[nodiscard]] Decision decide(double error, double expanded_uncertainty, double limit,
                              const DecisionRule& rule);

/// The same with u known: U / k, whatever `uncertainty.standard` says, for it is not stored.
[[nodiscard]] Decision decide(double error, const Expanded& uncertainty, double limit,
                              const DecisionRule& rule);

/// Probability that the true error lies outside [-L, L], for a normal distribution about `error`
/// and no prior knowledge (JCGM 106:2012, 7): 1/2 erfc((L-e)/(u sqrt 2)) + 1/2 erfc((L+e)/(u sqrt
/// 2)). For an accepted result this is the risk of a false acceptance; for a rejected one, 1 less
/// it is the risk of a false rejection. With u = 0 it is 0 or 1; NaN when an argument is unknown.
[[nodiscard]] double probability_of_false_acceptance(double error, double standard_uncertainty,
                                                     double limit);

}  // namespace meterrig::verdict
