// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/verdict/proportion.h"

#include <boost/test/unit_test.hpp>
#include <cmath>

using namespace meterrig::verdict;
using boost::test_tools::tolerance;

namespace {

// P(X <= k) of a binomial, term by term.
double at_most(int k, int n, double p) {
  double term = std::pow(1 - p, n);
  double sum = term;
  for (int i = 0; i < k; ++i) {
    term *= p / (1 - p) * (n - i) / (i + 1);
    sum += term;
  }
  return sum;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(test_proportion)

BOOST_AUTO_TEST_CASE(no_hit_and_nothing_but_hits_have_closed_forms) {
  // (1 - p)^n = 0.025, so p = 1 - 0.025^(1/n).
  const ProportionInterval none = clopper_pearson(0, 1000, 0.95);
  BOOST_TEST(none.lowest == 0);
  BOOST_TEST(none.highest == 1 - std::pow(0.025, 1.0 / 1000), tolerance(1e-10));
  const ProportionInterval all = clopper_pearson(30, 30, 0.95);
  BOOST_TEST(all.lowest == std::pow(0.025, 1.0 / 30), tolerance(1e-10));
  BOOST_TEST(all.highest == 1);
}

BOOST_AUTO_TEST_CASE(either_end_leaves_its_tail_of_the_binomial) {
  for (const int hits : {1, 3, 17, 49}) {
    const ProportionInterval interval = clopper_pearson(hits, 50, 0.9);
    BOOST_TEST(1 - at_most(hits - 1, 50, interval.lowest) == 0.05, tolerance(1e-9));
    BOOST_TEST(at_most(hits, 50, interval.highest) == 0.05, tolerance(1e-9));
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_proportion_is_unknown) {
  for (const auto& interval : {clopper_pearson(0, 0, 0.95), clopper_pearson(3, 2, 0.95),
                               clopper_pearson(-1, 2, 0.95), clopper_pearson(1, 2, 1)}) {
    BOOST_TEST(std::isnan(interval.lowest));
    BOOST_TEST(std::isnan(interval.highest));
  }
}

BOOST_AUTO_TEST_SUITE_END()
