// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/report/margin.h"

#include <cmath>
#include <limits>

#include "meterrig/verdict/decision.h"

namespace meterrig::report {
namespace {

double percent_of(double part, double whole) {
  if (std::isnan(part) || std::isnan(whole)) return std::numeric_limits<double>::quiet_NaN();
  if (whole > 0) return 100 * part / whole;
  return part == 0 && whole == 0 ? 0 : std::numeric_limits<double>::infinity();
}

verdict::DecisionRule rule_from(const v1::DecisionRule& message) {
  verdict::DecisionRule rule;
  if (message.has_guard_factor()) rule.guard_factor = message.guard_factor();
  switch (message.kind()) {
    case v1::DECISION_RULE_KIND_GUARDED:
      rule.kind = verdict::RuleKind::guarded;
      break;
    case v1::DECISION_RULE_KIND_NON_BINARY:
      rule.kind = verdict::RuleKind::non_binary;
      break;
    case v1::DECISION_RULE_KIND_R46_ONE_FIFTH:
      rule.kind = verdict::RuleKind::r46_one_fifth;
      break;
    default:
      rule.kind = verdict::RuleKind::simple_acceptance;
      break;
  }
  return rule;
}

}  // namespace

double acceptance_limit(const Point& point) {
  if (!point.has_limit()) return std::numeric_limits<double>::quiet_NaN();
  const verdict::DecisionRule rule = rule_from(point.decision_rule());
  // Simple acceptance draws its border without U.
  const bool simple = rule.kind == verdict::RuleKind::simple_acceptance;
  const double expanded = simple ? 0 : point.expanded_uncertainty();
  return verdict::decide(0, expanded, point.limit().magnitude(), rule).acceptance_limit;
}

double margin_used(const Point& point) {
  const double accepted = acceptance_limit(point);
  const double error = std::abs(point.value());
  if (point.decision_rule().kind() == v1::DECISION_RULE_KIND_R46_ONE_FIFTH)
    return percent_of(error, accepted);
  const double limit = point.limit().magnitude();
  return percent_of(error + (limit - accepted), limit);
}

}  // namespace meterrig::report
