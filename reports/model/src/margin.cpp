// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/report/margin.h"

#include <cmath>
#include <limits>

#include "meterrig/verdict/decision.h"
#include "meterrig/verdict/messages.h"

namespace meterrig::report {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

double percent_of(double part, double whole) {
  if (std::isnan(part) || std::isnan(whole)) return unknown;
  if (whole > 0) return 100 * part / whole;
  return part == 0 && whole == 0 ? 0 : std::numeric_limits<double>::infinity();
}

}  // namespace

double acceptance_limit(const Point& point) {
  if (!point.has_limit()) return unknown;
  const verdict::DecisionRule rule = verdict::rule_from(point.decision_rule());
  // Simple acceptance and a fraction draw their border without U.
  const bool without =
      rule.kind == verdict::RuleKind::simple_acceptance || rule.kind == verdict::RuleKind::fraction;
  verdict::Expanded uncertainty{unknown, unknown, without ? 0 : point.expanded_uncertainty(),
                                unknown};
  if (point.result != nullptr && point.result->has_coverage_factor())
    uncertainty.coverage_factor = point.result->coverage_factor();
  return verdict::decide(0, uncertainty, point.limit().magnitude(), rule).acceptance_limit;
}

double margin_used(const Point& point) {
  const double accepted = acceptance_limit(point);
  const double error = std::abs(point.value());
  const double limit = point.limit().magnitude();
  // Where the border is no guard band inside the limit it is what counts.
  const v1::DecisionRuleKind kind = point.decision_rule().kind();
  if (kind == v1::DECISION_RULE_KIND_R46_ONE_FIFTH ||
      kind == v1::DECISION_RULE_KIND_R46_ONE_THIRD || kind == v1::DECISION_RULE_KIND_FRACTION ||
      accepted > limit)
    return percent_of(error, accepted);
  return percent_of(error + (limit - accepted), limit);
}

}  // namespace meterrig::report
