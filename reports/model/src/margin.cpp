// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/report/margin.h"

#include <cmath>
#include <limits>

#include "meterrig/verdict/decision.h"
#include "meterrig/verdict/limit_range.h"
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
  return verdict::decide(0, uncertainty, verdict::range_of(point.limit()).half_width, rule)
      .acceptance_limit;
}

double margin_used(const Point& point) {
  const double accepted = acceptance_limit(point);
  const double value = point.value();
  const double error = std::abs(value);
  const double half_width = verdict::range_of(point.limit()).half_width;
  const bool lopsided = point.limit().has_least();
  // Where the border is no guard band inside the limit it is what counts.
  const v1::DecisionRuleKind kind = point.decision_rule().kind();
  const bool border_counts = kind == v1::DECISION_RULE_KIND_R46_ONE_FIFTH ||
                             kind == v1::DECISION_RULE_KIND_R46_ONE_THIRD ||
                             kind == v1::DECISION_RULE_KIND_FRACTION || accepted > half_width;
  if (border_counts && !lopsided) return percent_of(error, accepted);
  const double limit = value < 0 && lopsided ? -point.limit().least() : point.limit().magnitude();
  return percent_of(error + (half_width - accepted), limit);
}

}  // namespace meterrig::report
