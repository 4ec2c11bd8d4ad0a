// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/report/margin.h"

#include <cmath>
#include <limits>

namespace meterrig::report {
namespace {

double percent_of(double part, double whole) {
  if (std::isnan(part) || std::isnan(whole)) return std::numeric_limits<double>::quiet_NaN();
  if (whole > 0) return 100 * part / whole;
  return part == 0 && whole == 0 ? 0 : std::numeric_limits<double>::infinity();
}

/// w = r U of the rules with a guard band; the uncertainty counts in them, so an unknown one is NaN.
double guard_band(const Point& point) {
  const v1::DecisionRule& rule = point.decision_rule();
  switch (rule.kind()) {
    case v1::DECISION_RULE_KIND_GUARDED:
    case v1::DECISION_RULE_KIND_NON_BINARY:
      return (rule.has_guard_factor() ? rule.guard_factor() : 1) * point.expanded_uncertainty();
    default: return 0;
  }
}

}  // namespace

double acceptance_limit(const Point& point) {
  if (!point.has_limit()) return std::numeric_limits<double>::quiet_NaN();
  const double limit = point.limit().magnitude();
  if (point.decision_rule().kind() == v1::DECISION_RULE_KIND_R46_ONE_FIFTH) {
    const double expanded = point.expanded_uncertainty();
    if (std::isnan(expanded)) return expanded;
    return expanded <= limit / 5 ? limit : 1.2 * limit - expanded;
  }
  return limit - guard_band(point);
}

double margin_used(const Point& point) {
  if (!point.has_limit()) return std::numeric_limits<double>::quiet_NaN();
  const double error = std::abs(point.value());
  if (point.decision_rule().kind() == v1::DECISION_RULE_KIND_R46_ONE_FIFTH) {
    return percent_of(error, acceptance_limit(point));
  }
  return percent_of(error + guard_band(point), point.limit().magnitude());
}

}  // namespace meterrig::report
