// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/verdict/decision.h"

#include <array>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <utility>

using namespace meterrig;
using namespace meterrig::verdict;
using boost::test_tools::tolerance;

namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
constexpr double infinite = std::numeric_limits<double>::infinity();

DecisionRule rule(RuleKind kind, double guard_factor = 1) { return {kind, guard_factor, {}}; }

constexpr std::array every_kind{RuleKind::simple_acceptance, RuleKind::guarded,
                                RuleKind::non_binary,        RuleKind::r46_one_fifth,
                                RuleKind::r46_one_third,     RuleKind::guarded_standard,
                                RuleKind::fraction};

// U with k = 2.
Expanded with_two(double U) { return {U / 2, 2, U, infinite}; }

// The rules in whole thousandths, where nothing is rounded. The fraction is r + 1 quarters, k is 2.
Outcome exact(int e, int U, int L, RuleKind kind, int r) {
  e = std::abs(e);
  switch (kind) {
    case RuleKind::simple_acceptance:
      return e <= L ? Outcome::pass : Outcome::fail;
    case RuleKind::guarded:
      if (r * U > L && e <= L + U) return Outcome::not_valid;
      return e + r * U <= L ? Outcome::pass : Outcome::fail;
    case RuleKind::non_binary:
      if (e + r * U <= L) return Outcome::pass;
      if (e <= L) return Outcome::conditional_pass;
      return e <= L + r * U ? Outcome::conditional_fail : Outcome::fail;
    case RuleKind::r46_one_fifth:
      if (5 * U <= L) return e <= L ? Outcome::pass : Outcome::fail;
      if (6 * L < 5 * U && e <= L + U) return Outcome::not_valid;
      return 5 * e <= 6 * L - 5 * U ? Outcome::pass : Outcome::fail;
    case RuleKind::r46_one_third:
      if (3 * U <= L) return e <= L ? Outcome::pass : Outcome::fail;
      if (4 * L < 3 * U && e <= L + U) return Outcome::not_valid;
      return 3 * e <= 4 * L - 3 * U ? Outcome::pass : Outcome::fail;
    case RuleKind::guarded_standard:
      if (r * U > 2 * L && e <= L + U) return Outcome::not_valid;
      return 2 * e + r * U <= 2 * L ? Outcome::pass : Outcome::fail;
    case RuleKind::fraction:
      return 4 * e <= (r + 1) * L ? Outcome::pass : Outcome::fail;
  }
  return Outcome::manual;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(decision)

BOOST_AUTO_TEST_CASE(every_rule_decides_on_decimals_as_exact_arithmetic_does) {
  long wrong = 0;
  long boundaries = 0;
  for (const RuleKind kind : every_kind) {
    for (const int r : {0, 1, 2}) {
      for (int L = 0; L <= 60; ++L) {
        for (int U = 0; U <= 30; ++U) {
          for (int e = -130; e <= 130; ++e) {
            const Outcome expected = exact(e, U, L, kind, r);
            DecisionRule one = rule(kind, r);
            one.fraction = (r + 1) / 4.0;
            const Outcome found = decide(e / 1000.0, with_two(U / 1000.0), L / 1000.0, one).outcome;
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
}

// L = 0.5, U = 0.11 where 0.1 is allowed: up to 0.61 nobody can tell, above it there is no doubt.
BOOST_AUTO_TEST_CASE(what_is_outside_by_more_than_the_uncertainty_fails_whatever_that_is) {
  for (const RuleKind kind : every_kind) {
    DecisionRule capped = rule(kind);
    capped.maximum_uncertainty_ratio = 0.2;
    for (const double sign : {-1.0, 1.0}) {
      BOOST_TEST((decide(sign * 0.61, with_two(0.11), 0.5, capped).outcome == Outcome::not_valid));
      BOOST_TEST(
          (decide(sign * (0.61 + 1e-12), with_two(0.11), 0.5, capped).outcome == Outcome::fail));
    }
    BOOST_TEST(decide(50, with_two(0.11), 0.5, capped).reason ==
               "|e| = 50 exceeds the limit 0.5 by more than the uncertainty U = 0.11, though that "
               "exceeds 0.2 of the limit");
  }
  // What the rule itself would not fail stays open: from 0.61 to 0.72 it is a conditional fail
  // here, and a pass there.
  for (const auto& [kind, r] :
       {std::pair{RuleKind::non_binary, 2.0}, std::pair{RuleKind::guarded, -2.0}}) {
    DecisionRule wide = rule(kind, r);
    wide.maximum_uncertainty_ratio = 0.2;
    BOOST_TEST((decide(0.7, 0.11, 0.5, wide).outcome == Outcome::not_valid));
    BOOST_TEST((decide(0.73, 0.11, 0.5, wide).outcome == Outcome::fail));
  }
}

BOOST_AUTO_TEST_CASE(what_is_unknown_is_not_valid) {
  for (const RuleKind kind : every_kind) {
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

// Rules that laboratories name, as numbers of one of the kinds: L = 1, U = 0.2, k = 2.
BOOST_AUTO_TEST_CASE(rules_that_laboratories_name_are_numbers_of_these_kinds) {
  const auto accepts_up_to = [](const DecisionRule& one) {
    return decide(0, with_two(0.2), 1, one).acceptance_limit;
  };
  BOOST_TEST(accepts_up_to(rule(RuleKind::simple_acceptance)) == 1.0);
  BOOST_TEST(accepts_up_to(rule(RuleKind::guarded)) == 0.8, tolerance(1e-15));
  // ISO 14253-1, 5 % one-sided
  BOOST_TEST(accepts_up_to(rule(RuleKind::guarded_standard, 1.65)) == 0.835, tolerance(1e-15));
  BOOST_TEST(accepts_up_to(rule(RuleKind::guarded, 3)) == 0.4, tolerance(1e-15));  // "6 sigma"
  BOOST_TEST(accepts_up_to(rule(RuleKind::guarded, 0.4)) == 0.92, tolerance(1e-15));
  BOOST_TEST(accepts_up_to(rule(RuleKind::guarded, -1)) == 1.2, tolerance(1e-15));
  DecisionRule acceptance_test = rule(RuleKind::fraction);
  acceptance_test.fraction = 0.6;
  BOOST_TEST(accepts_up_to(acceptance_test) == 0.6, tolerance(1e-15));
  // Excess: 6/5 - U where U > 1/5, 4/3 - U where U > 1/3.
  BOOST_TEST(decide(0, 0.3, 1, rule(RuleKind::r46_one_fifth)).acceptance_limit == 0.9,
             tolerance(1e-15));
  BOOST_TEST(decide(0, 0.3, 1, rule(RuleKind::r46_one_third)).acceptance_limit == 1.0);
  BOOST_TEST(decide(0, 0.4, 1, rule(RuleKind::r46_one_third)).acceptance_limit == 4.0 / 3 - 0.4,
             tolerance(1e-15));
  // The risks that go with them, for a result on the border of acceptance: one-sided.
  BOOST_TEST(probability_of_false_acceptance(0.835, 0.1, 1) == 0.0495, tolerance(1e-3));
  BOOST_TEST(probability_of_false_acceptance(0.4, 0.1, 1) < 1e-6);
}

BOOST_AUTO_TEST_CASE(a_guard_band_of_u_follows_the_coverage_factor) {
  const auto by_u = rule(RuleKind::guarded_standard, 1.65);
  // k = 2.87 of four degrees of freedom: u = 0.287 / 2.87 = 0.1, as before.
  const Expanded few{unknown, 2.87, 0.287, 4};
  BOOST_TEST(decide(0, few, 1, by_u).acceptance_limit == 0.835, tolerance(1e-15));
  BOOST_TEST(decide(0, few, 1, rule(RuleKind::guarded)).acceptance_limit == 0.713,
             tolerance(1e-15));
  for (const double k : {0.0, -2.0, unknown}) {
    const Decision d = decide(0, Expanded{0.1, k, 0.2, infinite}, 1, by_u);
    BOOST_TEST((d.outcome == Outcome::not_valid));
    BOOST_TEST(d.reason == "the standard uncertainty of the result is unknown");
  }
  BOOST_TEST((decide(0, 0.2, 1, by_u).outcome == Outcome::not_valid));
}

BOOST_AUTO_TEST_CASE(a_fraction_is_a_part_of_the_limit) {
  DecisionRule part = rule(RuleKind::fraction);
  for (const double bad : {0.0, -0.5, 1.01, unknown}) {
    part.fraction = bad;
    BOOST_TEST((decide(0, 0.1, 1, part).outcome == Outcome::not_valid));
  }
  part.fraction = 1;
  BOOST_TEST((decide(1, 0.1, 1, part).outcome == Outcome::pass));
  part.fraction = 0.6;
  BOOST_TEST((decide(0.6, 0.1, 1, part).outcome == Outcome::pass));
  BOOST_TEST((decide(0.6 + 1e-12, 0.1, 1, part).outcome == Outcome::fail));
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
  BOOST_TEST(statement(rule(RuleKind::guarded_standard, 1.65)) ==
             "guarded acceptance: pass when |e| <= L - 1.65 u");
  DecisionRule part = rule(RuleKind::fraction);
  part.fraction = 0.6;
  BOOST_TEST(statement(part) == "fraction of the limit: pass when |e| <= 0.6 L");
  for (const RuleKind kind : every_kind) BOOST_TEST(!statement(rule(kind)).empty());
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
