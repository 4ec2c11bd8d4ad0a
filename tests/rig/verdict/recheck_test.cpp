// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/verdict/recheck.h"

#include <boost/test/unit_test.hpp>

using namespace meterrig;
using namespace meterrig::verdict;

namespace {

// U = 0.1: two contributions of 0.03 and 0.04, k = 2.
StatedResult good() {
  StatedResult s{};
  s.value = 0.35;
  s.budget = {{"reference", 'B', Distribution::normal, 0.03},
              {"pulse edges", 'B', Distribution::triangular, 0.04}};
  s.uncertainty = expand(s.budget);
  s.limit = 0.5;
  s.rule.kind = RuleKind::guarded;
  s.outcome = Outcome::pass;
  return s;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(recheck)

BOOST_AUTO_TEST_CASE(a_true_statement_is_not_contested) {
  BOOST_TEST(good().uncertainty.expanded == 0.1, boost::test_tools::tolerance(1e-15));
  BOOST_TEST(disagreements(good()).empty());
  StatedResult without_standard = good();
  without_standard.uncertainty.standard = std::numeric_limits<double>::quiet_NaN();
  BOOST_TEST(disagreements(without_standard).empty());
}

BOOST_AUTO_TEST_CASE(a_wrong_outcome_is_found) {
  StatedResult s = good();
  s.value = 0.45;  // beyond 0.5 - 0.1
  const auto found = disagreements(s);
  BOOST_REQUIRE(found.size() == 1);
  BOOST_TEST(
      found[0] ==
      "the outcome is stated as pass and computed as fail: |e| = 0.45 exceeds the acceptance "
      "limit 0.4 (limit 0.5, U = 0.1)");
}

BOOST_AUTO_TEST_CASE(a_wrong_uncertainty_is_found) {
  StatedResult s = good();
  s.uncertainty.expanded = 0.05;
  BOOST_TEST(disagreements(s).size() == 1);
  s = good();
  s.uncertainty.coverage_factor = 1.65;
  BOOST_TEST(disagreements(s).size() == 1);
  s = good();
  s.budget[0].standard_uncertainty = 0.04;
  BOOST_TEST(disagreements(s).size() == 2);  // u and U
}

BOOST_AUTO_TEST_CASE(not_valid_is_not_contested) {
  StatedResult s = good();
  for (const Outcome outcome : {Outcome::not_valid, Outcome::not_run, Outcome::manual}) {
    s.outcome = outcome;
    BOOST_TEST(disagreements(s).empty());
  }
  // But nothing unknown passes.
  s = good();
  s.value = std::numeric_limits<double>::quiet_NaN();
  BOOST_TEST(disagreements(s).size() == 1);
}

BOOST_AUTO_TEST_SUITE_END()
