// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/mutants/judge.h"

#include <algorithm>

#include "meterrig/mutants/bisection.h"

namespace meterrig::mutants {

Demand demand_of(const v1::Mutant& mutant, std::optional<double> size, const std::string& suite) {
  for (const v1::MutantExpectation& expectation : mutant.expectations()) {
    if (expectation.suite() != suite) continue;
    const bool small =
        size && expectation.has_exceeds() &&
        severity(mutant.size(), *size) < severity(mutant.size(), expectation.exceeds());
    return {.declared = true,
            .beyond_limits = !small && !expectation.tests().empty(),
            .tests = {expectation.tests().begin(), expectation.tests().end()},
            .because = expectation.because()};
  }
  return {};
}

v1::MutantVerdict judge(const Demand& demand, const std::set<std::string>& run,
                        const std::set<std::string>& failed) {
  if (!demand.declared) return v1::MUTANT_VERDICT_NOT_DEMANDED;
  if (demand.tests.empty())
    return failed.empty() ? v1::MUTANT_VERDICT_NOT_SEEN : v1::MUTANT_VERDICT_SEEN_AFTER_ALL;
  if (!demand.beyond_limits) return v1::MUTANT_VERDICT_WITHIN_LIMITS;
  std::vector<std::string> demanded;
  std::copy_if(demand.tests.begin(), demand.tests.end(), std::back_inserter(demanded),
               [&](const std::string& test) { return run.contains(test); });
  if (demanded.empty()) return v1::MUTANT_VERDICT_NOT_DEMANDED;
  return std::all_of(demanded.begin(), demanded.end(),
                     [&](const std::string& test) { return failed.contains(test); })
             ? v1::MUTANT_VERDICT_CAUGHT
             : v1::MUTANT_VERDICT_MISSED;
}

bool is_bad(v1::MutantVerdict verdict) {
  return verdict == v1::MUTANT_VERDICT_MISSED || verdict == v1::MUTANT_VERDICT_SEEN_AFTER_ALL ||
         verdict == v1::MUTANT_VERDICT_NOT_TRIED;
}

}  // namespace meterrig::mutants
