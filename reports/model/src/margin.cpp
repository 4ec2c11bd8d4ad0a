// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/report/margin.h"

#include <cmath>
#include <limits>

#include "meterrig/verdict/decision.h"
#include "meterrig/verdict/limit_range.h"
#include "meterrig/verdict/messages.h"

namespace meterrig::report {
namespace {

double percent_of(double part, double whole) {
  if (std::isnan(part) || std::isnan(whole)) return std::numeric_limits<double>::quiet_NaN();
  if (whole > 0) return 100 * part / whole;
  return part == 0 && whole == 0 ? 0 : std::numeric_limits<double>::infinity();
}

}  // namespace

double acceptance_limit(const Point& point) {
  if (!point.has_limit()) return std::numeric_limits<double>::quiet_NaN();
  const verdict::DecisionRule rule = verdict::rule_from(point.decision_rule());
  // Simple acceptance draws its border without U.
  const bool simple = rule.kind == verdict::RuleKind::simple_acceptance;
  const double expanded = simple ? 0 : point.expanded_uncertainty();
  return verdict::decide(0, expanded, verdict::range_of(point.limit()).half_width, rule)
      .acceptance_limit;
}

double margin_used(const Point& point) {
  const double accepted = acceptance_limit(point);
  const double value = point.value();
  if (point.decision_rule().kind() == v1::DECISION_RULE_KIND_R46_ONE_FIFTH &&
      !point.limit().has_least())
    return percent_of(std::abs(value), accepted);
  const double guard = verdict::range_of(point.limit()).half_width - accepted;
  const double limit =
      value < 0 && point.limit().has_least() ? -point.limit().least() : point.limit().magnitude();
  return percent_of(std::abs(value) + guard, limit);
}

}  // namespace meterrig::report
