// SPDX-License-Identifier: GPL-3.0-or-later
#include "even_rate.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>

using namespace meterrig;
using namespace meterrig::playback;

namespace {

bool finds(Rational meant, double relative_width) {
  const double rate = meant.value();
  const auto found = even_rate(rate * (1 - relative_width / 2), rate * (1 + relative_width / 2));
  return found && *found == meant;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(even_rates)

BOOST_AUTO_TEST_CASE(rates_that_instruments_have_are_found_between_their_bounds) {
  for (const std::int64_t rate : {1, 50, 400, 600, 5760, 6400, 7680, 12800, 44100, 51200, 1000000})
    BOOST_TEST(finds({rate, 1}, 1e-6), rate);
  BOOST_TEST(finds({10000, 3}, 1e-7));        // steps of 0.3 ms
  BOOST_TEST(finds({100, 13}, 1e-4));         // of 0.13 s
  BOOST_TEST(finds({7862767, 1024}, 1e-12));  // 7678.4833984375
  BOOST_TEST(finds({2401509521, 1000000}, 1e-14));
}

BOOST_AUTO_TEST_CASE(what_is_found_lies_between_the_bounds) {
  std::mt19937_64 random(17);
  std::uniform_real_distribution<double> exponent(-3, 7);
  std::uniform_real_distribution<double> narrow(-14, -1);
  for (int n = 0; n < 20000; ++n) {
    const double lowest = std::pow(10, exponent(random));
    const double highest = lowest * (1 + std::pow(10, narrow(random)));
    const auto found = even_rate(lowest, highest);
    if (!found) continue;
    // A rounding of the quotient and one of the reciprocal bounds.
    BOOST_REQUIRE(found->value() >= lowest * (1 - 1e-15));
    BOOST_REQUIRE(found->value() <= highest * (1 + 1e-15));
  }
}

BOOST_AUTO_TEST_SUITE_END()
