// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/verdict/decision.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdlib>
#include <limits>

using namespace meterrig;
using namespace meterrig::verdict;
using boost::test_tools::tolerance;

namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
constexpr double infinite = std::numeric_limits<double>::infinity();

DecisionRule rule(RuleKind kind, double guard_factor = 1) { return {kind, guard_factor, {}}; }

// The rules in whole thousandths, where nothing is rounded.
Outcome exact(int e, int U, int L, RuleKind kind, int r) {
  e = std::abs(e);
  switch (kind) {
    case RuleKind::simple_acceptance:
      return e <= L ? Outcome::pass : Outcome::fail;
    case RuleKind::guarded:
      if (r * U > L) return Outcome::not_valid;
      return e + r * U <= L ? Outcome::pass : Outcome::fail;
    case RuleKind::non_binary:
      if (e + r * U <= L) return Outcome::pass;
      if (e <= L) return Outcome::conditional_pass;
      return e <= L + r * U ? Outcome::conditional_fail : Outcome::fail;
    case RuleKind::r46_one_fifth:
      if (5 * U <= L) return e <= L ? Outcome::pass : Outcome::fail;
      if (6 * L < 5 * U) return Outcome::not_valid;
      return 5 * e <= 6 * L - 5 * U ? Outcome::pass : Outcome::fail;
  }
  return Outcome::manual;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(decision)

BOOST_AUTO_TEST_CASE(every_rule_decides_on_decimals_as_exact_arithmetic_does) {
  long wrong = 0;
  long boundaries = 0;
  for (const RuleKind kind : {RuleKind::simple_acceptance, RuleKind::guarded, RuleKind::non_binary,
                              RuleKind::r46_one_fifth}) {
    for (const int r : {0, 1, 2}) {
      for (int L = 0; L <= 60; ++L) {
        for (int U = 0; U <= 30; ++U) {
          for (int e = -130; e <= 130; ++e) {
            const Outcome expected = exact(e, U, L, kind, r);
            const Outcome found = decide(e / 1000.0, U / 1000.0, L / 1000.0, rule(kind, r)).outcome;
            if (std::abs(e) + r * U == L) ++boundaries;
            if (found != expected && ++wrong < 10) {
              BOOST_ERROR("rule " << static_cast<int>(kind) << " r " << r << " L " << L << " U "
                                  << U << " e " << e << ": " << name(found) << ", expected "
                                  << name(expected));
            }
          }
        }
      }
    }
  }
  BOOST_TEST(wrong == 0);
  BOOST_TEST(boundaries > 10000);
}

BOOST_AUTO_TEST_CASE(simple_acceptance_is_exact_to_the_last_bit) {
  const auto simple = rule(RuleKind::simple_acceptance);
  BOOST_TEST((decide(0.5, 0.1, 0.5, simple).outcome == Outcome::pass));
  BOOST_TEST((decide(-0.5, 0.1, 0.5, simple).outcome == Outcome::pass));
  const double above = std::nextafter(0.5, 1.0);
  BOOST_TEST((decide(above, 0.1, 0.5, simple).outcome == Outcome::fail));
  BOOST_TEST((decide(-above, 0.1, 0.5, simple).outcome == Outcome::fail));
}

BOOST_AUTO_TEST_CASE(a_result_just_past_a_guard_band_is_past_it) {
  const double step = 1e-12;
  const auto guarded = rule(RuleKind::guarded);
  BOOST_TEST((decide(0.2, 0.1, 0.3, guarded).outcome == Outcome::pass));
  BOOST_TEST((decide(0.2 + step, 0.1, 0.3, guarded).outcome == Outcome::fail));
  const auto non_binary = rule(RuleKind::non_binary);
  BOOST_TEST((decide(0.2 + step, 0.1, 0.3, non_binary).outcome == Outcome::conditional_pass));
  BOOST_TEST((decide(0.3, 0.1, 0.3, non_binary).outcome == Outcome::conditional_pass));
  BOOST_TEST((decide(0.3 + step, 0.1, 0.3, non_binary).outcome == Outcome::conditional_fail));
  BOOST_TEST((decide(0.4, 0.1, 0.3, non_binary).outcome == Outcome::conditional_fail));
  BOOST_TEST((decide(0.4 + step, 0.1, 0.3, non_binary).outcome == Outcome::fail));
}

BOOST_AUTO_TEST_CASE(r46_shrinks_the_limit_beyond_one_fifth) {
  const auto r46 = rule(RuleKind::r46_one_fifth);
  // U = L/5: not yet. Just above, the limit falls from L without a jump.
  BOOST_TEST(decide(0, 0.1, 0.5, r46).acceptance_limit == 0.5);
  BOOST_TEST(decide(0, 0.1 + 1e-9, 0.5, r46).acceptance_limit == 0.5, tolerance(1e-8));
  // 6/5 0.5 - 0.2 = 0.4
  BOOST_TEST(decide(0, 0.2, 0.5, r46).acceptance_limit == 0.4, tolerance(1e-15));
  BOOST_TEST((decide(0.4, 0.2, 0.5, r46).outcome == Outcome::pass));
  BOOST_TEST((decide(0.41, 0.2, 0.5, r46).outcome == Outcome::fail));
  // 6/5 L = U leaves exactly 0 to pass, more leaves nothing.
  BOOST_TEST((decide(0.0, 0.6, 0.5, r46).outcome == Outcome::pass));
  BOOST_TEST((decide(0.0, 0.61, 0.5, r46).outcome == Outcome::not_valid));
}

BOOST_AUTO_TEST_CASE(too_much_uncertainty_is_not_valid_and_says_the_numbers) {
  DecisionRule capped = rule(RuleKind::simple_acceptance);
  capped.maximum_uncertainty_ratio = 0.2;
  BOOST_TEST((decide(0.1, 0.1, 0.5, capped).outcome == Outcome::pass));
  const Decision d = decide(0.1, 0.11, 0.5, capped);
  BOOST_TEST((d.outcome == Outcome::not_valid));
  BOOST_TEST(d.reason == "the uncertainty U = 0.11 exceeds 0.2 of the limit L = 0.5, that is 0.1");
  // However far out the error is: the rig cannot tell.
  BOOST_TEST((decide(50, 0.11, 0.5, capped).outcome == Outcome::not_valid));
}

BOOST_AUTO_TEST_CASE(what_is_unknown_is_not_valid) {
  for (const RuleKind kind : {RuleKind::simple_acceptance, RuleKind::guarded, RuleKind::non_binary,
                              RuleKind::r46_one_fifth}) {
    for (const double bad : {unknown, infinite, -infinite}) {
      BOOST_TEST((decide(bad, 0.1, 0.5, rule(kind)).outcome == Outcome::not_valid));
      BOOST_TEST((decide(0, bad, 0.5, rule(kind)).outcome == Outcome::not_valid));
      BOOST_TEST((decide(0, 0.1, bad, rule(kind)).outcome == Outcome::not_valid));
      BOOST_TEST(!decide(0, 0.1, bad, rule(kind)).reason.empty());
    }
    BOOST_TEST((decide(0, -0.1, 0.5, rule(kind)).outcome == Outcome::not_valid));
    BOOST_TEST((decide(0, 0.1, -0.5, rule(kind)).outcome == Outcome::not_valid));
    DecisionRule senseless = rule(kind);
    senseless.maximum_uncertainty_ratio = unknown;
    BOOST_TEST((decide(0, 0.1, 0.5, senseless).outcome == Outcome::not_valid));
  }
  BOOST_TEST((decide(0, 0.1, 0.5, rule(RuleKind::guarded, unknown)).outcome == Outcome::not_valid));
  BOOST_TEST((decide(0, 0.1, 0.5, rule(RuleKind::non_binary, -1)).outcome == Outcome::not_valid));
}

BOOST_AUTO_TEST_CASE(a_negative_guard_factor_protects_the_maker) {
  const auto tolerant = rule(RuleKind::guarded, -1);
  BOOST_TEST((decide(0.6, 0.1, 0.5, tolerant).outcome == Outcome::pass));
  BOOST_TEST((decide(0.61, 0.1, 0.5, tolerant).outcome == Outcome::fail));
}

BOOST_AUTO_TEST_CASE(every_outcome_but_a_pass_has_a_reason) {
  const auto non_binary = rule(RuleKind::non_binary);
  BOOST_TEST(decide(0.1, 0.1, 0.3, non_binary).reason.empty());
  BOOST_TEST(decide(0.25, 0.1, 0.3, non_binary).reason ==
             "|e| = 0.25 is inside the limit 0.3, within the guard band 0.1");
  BOOST_TEST(decide(-0.35, 0.1, 0.3, non_binary).reason ==
             "|e| = 0.35 is outside the limit 0.3, within the guard band 0.1");
  BOOST_TEST(decide(0.5, 0.1, 0.3, non_binary).reason == "|e| = 0.5 exceeds the limit 0.3");
  BOOST_TEST(decide(0.25, 0.1, 0.3, rule(RuleKind::guarded)).reason ==
             "|e| = 0.25 exceeds the acceptance limit 0.2 (limit 0.3, U = 0.1)");
}

BOOST_AUTO_TEST_CASE(the_rule_is_said_in_words) {
  DecisionRule guarded = rule(RuleKind::guarded, 0.83);
  guarded.maximum_uncertainty_ratio = 0.25;
  BOOST_TEST(statement(guarded) ==
             "guarded acceptance: pass when |e| <= L - 0.83 U; not valid when U > 0.25 L");
}

BOOST_AUTO_TEST_CASE(risk_of_false_acceptance_has_the_published_values) {
  BOOST_TEST(probability_of_false_acceptance(0.9, 0.05, 1) == 0.022750, tolerance(2e-5));
  BOOST_TEST(probability_of_false_acceptance(1.0, 0.05, 1) == 0.500000, tolerance(1e-12));
  BOOST_TEST(probability_of_false_acceptance(0.95, 0.05, 1) == 0.158655, tolerance(2e-6));
  BOOST_TEST(probability_of_false_acceptance(-0.9, 0.05, 1) ==
             probability_of_false_acceptance(0.9, 0.05, 1));
  // Ten standard deviations inside: Phi(-10) = 7.6199e-24 on either side, not 0.
  BOOST_TEST(probability_of_false_acceptance(0, 0.1, 1) == 2 * 7.619853e-24, tolerance(1e-6));
}

BOOST_AUTO_TEST_CASE(risk_without_uncertainty_is_none_or_certain) {
  BOOST_TEST(probability_of_false_acceptance(1.0, 0, 1) == 0.0);
  BOOST_TEST(probability_of_false_acceptance(1.1, 0, 1) == 1.0);
  BOOST_TEST(std::isnan(probability_of_false_acceptance(unknown, 0.1, 1)));
  BOOST_TEST(std::isnan(probability_of_false_acceptance(0, unknown, 1)));
  BOOST_TEST(std::isnan(probability_of_false_acceptance(0, 0.1, unknown)));
}

BOOST_AUTO_TEST_SUITE_END()
