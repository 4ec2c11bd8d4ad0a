// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/verdict/messages.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <optional>
#include <utility>

using namespace meterrig;
using namespace meterrig::verdict;

BOOST_AUTO_TEST_SUITE(messages)

BOOST_AUTO_TEST_CASE(a_contribution_comes_back_from_the_store) {
  const Contribution one{.name = "repeatability",
                         .type = 'A',
                         .distribution = Distribution::normal,
                         .standard_uncertainty = 0.0125,
                         .degrees_of_freedom = 2};
  const Contribution back = contribution_from(message_from(one));
  BOOST_TEST(back.name == "repeatability");
  BOOST_TEST(back.type == 'A');
  BOOST_TEST(back.standard_uncertainty == 0.0125);
  BOOST_TEST(back.degrees_of_freedom == 2);
  const Contribution sure = rectangular("resolution", 0.1);
  BOOST_TEST(!message_from(sure).has_degrees_of_freedom());
  BOOST_TEST(message_from(sure).distribution() == "rectangular");
  BOOST_TEST(std::isinf(contribution_from(message_from(sure)).degrees_of_freedom));
  for (const Distribution shape :
       {Distribution::normal, Distribution::rectangular, Distribution::triangular,
        Distribution::student, Distribution::trapezoidal, Distribution::curvilinear,
        Distribution::arcsine, Distribution::exponential}) {
    const Contribution line{.name = "any", .distribution = shape, .standard_uncertainty = 1};
    BOOST_TEST((contribution_from(message_from(line)).distribution == shape), name(shape));
  }
}

BOOST_AUTO_TEST_CASE(a_rule_keeps_its_kind_guard_and_highest_uncertainty) {
  v1::DecisionRule message;
  BOOST_TEST((rule_from(message).kind == RuleKind::simple_acceptance));
  for (const auto& [kind, expected] :
       {std::pair{v1::DECISION_RULE_KIND_GUARDED, RuleKind::guarded},
        {v1::DECISION_RULE_KIND_NON_BINARY, RuleKind::non_binary},
        {v1::DECISION_RULE_KIND_R46_ONE_FIFTH, RuleKind::r46_one_fifth},
        {v1::DECISION_RULE_KIND_R46_ONE_THIRD, RuleKind::r46_one_third},
        {v1::DECISION_RULE_KIND_GUARDED_STANDARD, RuleKind::guarded_standard},
        {v1::DECISION_RULE_KIND_FRACTION, RuleKind::fraction},
        {v1::DECISION_RULE_KIND_SIMPLE_ACCEPTANCE, RuleKind::simple_acceptance}}) {
    message.set_kind(kind);
    BOOST_TEST((rule_from(message).kind == expected));
  }
  message.set_guard_factor(0.83);
  message.set_maximum_uncertainty_ratio(0.2);
  BOOST_TEST((rule_from(message).fraction == 1));
  message.set_fraction(0.6);
  BOOST_TEST((rule_from(message).fraction == 0.6));
  BOOST_TEST((rule_from(message).guard_factor == 0.83));
  BOOST_TEST((rule_from(message).maximum_uncertainty_ratio == std::optional<double>(0.2)));
}

BOOST_AUTO_TEST_SUITE_END()
