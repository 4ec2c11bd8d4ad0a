// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/verdict/uncertainty_ratio.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>

using namespace meterrig::verdict;
using boost::test_tools::tolerance;

BOOST_AUTO_TEST_SUITE(test_uncertainty_ratio)

BOOST_AUTO_TEST_CASE(what_is_demanded_is_met_up_to_its_border_and_no_further) {
  BOOST_TEST(uncertainty_ratio(0.08, 0.5, 1.0 / 5).ratio == 0.16, tolerance(1e-15));
  BOOST_TEST(uncertainty_ratio(0.08, 0.5, 1.0 / 5).met);
  BOOST_TEST(!uncertainty_ratio(0.13, 0.5, 1.0 / 5).met);
  BOOST_TEST(uncertainty_ratio(0.13, 0.5, 1.0 / 3).met);
  // The border in decimals, whatever binary makes of it: U = L/5 and L/3.
  for (int thousandths = 1; thousandths <= 1000; ++thousandths) {
    const double part = thousandths / 1000.0;
    BOOST_TEST(uncertainty_ratio(part, 5 * thousandths / 1000.0, 0.2).met);
    BOOST_TEST(uncertainty_ratio(part, 3 * thousandths / 1000.0, 1.0 / 3).met);
    BOOST_TEST(!uncertainty_ratio(part * (1 + 1e-12), 5 * thousandths / 1000.0, 0.2).met);
  }
}

BOOST_AUTO_TEST_CASE(a_limit_of_nothing_allows_no_uncertainty) {
  BOOST_TEST(uncertainty_ratio(0, 0, 0.2).ratio == 0);
  BOOST_TEST(uncertainty_ratio(0, 0, 0.2).met);
  BOOST_TEST(std::isinf(uncertainty_ratio(0.1, 0, 0.2).ratio));
  BOOST_TEST(!uncertainty_ratio(0.1, 0, 0.2).met);
}

BOOST_AUTO_TEST_CASE(what_is_unknown_meets_nothing) {
  const double unknown = std::numeric_limits<double>::quiet_NaN();
  BOOST_TEST(std::isnan(uncertainty_ratio(unknown, 1, 0.2).ratio));
  for (const auto& ratio :
       {uncertainty_ratio(unknown, 1, 0.2), uncertainty_ratio(0.1, unknown, 0.2),
        uncertainty_ratio(0.1, 1, unknown), uncertainty_ratio(-0.1, 1, 0.2)})
    BOOST_TEST(!ratio.met);
}

BOOST_AUTO_TEST_SUITE_END()
