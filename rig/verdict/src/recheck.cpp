// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/verdict/recheck.h"

#include <fmt/format.h>

#include <cmath>

namespace meterrig::verdict {
namespace {

bool agree(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  if (a == b) return true;  // also infinite ones
  return std::abs(a - b) <= 1e-9 * std::max(std::abs(a), std::abs(b));
}

}  // namespace

std::vector<std::string> disagreements(const StatedResult& stated) {
  std::vector<std::string> found;
  const auto compare = [&found](const char* what, double said, double computed) {
    if (agree(said, computed)) return;
    found.push_back(
        fmt::format("{} is stated as {:.9g} and computed as {:.9g}", what, said, computed));
  };
  if (!stated.budget.empty()) {
    const Expanded computed = expand(stated.budget);
    if (!std::isnan(stated.uncertainty.standard)) {
      compare("the standard uncertainty", stated.uncertainty.standard, computed.standard);
    }
    compare("the coverage factor", stated.uncertainty.coverage_factor, computed.coverage_factor);
    compare("the expanded uncertainty", stated.uncertainty.expanded, computed.expanded);
    compare("the degrees of freedom", stated.uncertainty.effective_degrees_of_freedom,
            computed.effective_degrees_of_freedom);
  }
  switch (stated.outcome) {
    case Outcome::not_valid:
    case Outcome::not_run:
    case Outcome::manual:
    case Outcome::done:
      return found;
    case Outcome::pass:
    case Outcome::conditional_pass:
    case Outcome::conditional_fail:
    case Outcome::fail:
      break;
  }
  const Decision decision = decide(stated.value, stated.uncertainty, stated.limit, stated.rule);
  if (decision.outcome != stated.outcome) {
    found.push_back(fmt::format("the outcome is stated as {} and computed as {}{}{}",
                                name(stated.outcome), name(decision.outcome),
                                decision.reason.empty() ? "" : ": ", decision.reason));
  }
  return found;
}

}  // namespace meterrig::verdict
