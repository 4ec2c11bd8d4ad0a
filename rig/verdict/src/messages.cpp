// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/verdict/messages.h"

#include <cmath>
#include <string>

namespace meterrig::verdict {

v1::Contribution message_from(const Contribution& contribution) {
  v1::Contribution message;
  message.set_name(contribution.name);
  message.set_type(std::string(1, contribution.type));
  message.set_distribution(std::string(name(contribution.distribution)));
  message.set_standard_uncertainty(contribution.standard_uncertainty);
  if (std::isfinite(contribution.degrees_of_freedom))
    message.set_degrees_of_freedom(contribution.degrees_of_freedom);
  return message;
}

// Normal for a name that there is not.
Distribution distribution_from(std::string_view named) {
  for (const Distribution each :
       {Distribution::rectangular, Distribution::triangular, Distribution::student,
        Distribution::trapezoidal, Distribution::curvilinear, Distribution::arcsine,
        Distribution::exponential})
    if (name(each) == named) return each;
  return Distribution::normal;
}

Contribution contribution_from(const v1::Contribution& message) {
  Contribution contribution{.name = message.name(),
                            .type = message.type() == "A" ? 'A' : 'B',
                            .distribution = distribution_from(message.distribution()),
                            .standard_uncertainty = message.standard_uncertainty()};
  if (message.has_degrees_of_freedom())
    contribution.degrees_of_freedom = message.degrees_of_freedom();
  return contribution;
}

std::vector<Contribution> budget_from(
    const google::protobuf::RepeatedPtrField<v1::Contribution>& lines) {
  std::vector<Contribution> budget;
  budget.reserve(static_cast<std::size_t>(lines.size()));
  for (const v1::Contribution& line : lines) budget.push_back(contribution_from(line));
  return budget;
}

DecisionRule rule_from(const v1::DecisionRule& message) {
  DecisionRule rule;
  switch (message.kind()) {
    case v1::DECISION_RULE_KIND_GUARDED:
      rule.kind = RuleKind::guarded;
      break;
    case v1::DECISION_RULE_KIND_NON_BINARY:
      rule.kind = RuleKind::non_binary;
      break;
    case v1::DECISION_RULE_KIND_R46_ONE_FIFTH:
      rule.kind = RuleKind::r46_one_fifth;
      break;
    case v1::DECISION_RULE_KIND_R46_ONE_THIRD:
      rule.kind = RuleKind::r46_one_third;
      break;
    case v1::DECISION_RULE_KIND_GUARDED_STANDARD:
      rule.kind = RuleKind::guarded_standard;
      break;
    case v1::DECISION_RULE_KIND_FRACTION:
      rule.kind = RuleKind::fraction;
      break;
    default:
      rule.kind = RuleKind::simple_acceptance;
      break;
  }
  if (message.has_guard_factor()) rule.guard_factor = message.guard_factor();
  if (message.has_maximum_uncertainty_ratio())
    rule.maximum_uncertainty_ratio = message.maximum_uncertainty_ratio();
  if (message.has_fraction()) rule.fraction = message.fraction();
  return rule;
}

}  // namespace meterrig::verdict
