// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/verdict/rounding.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdlib>
#include <limits>

using namespace meterrig::verdict;

namespace {

void check(double value, double uncertainty, const char* value_text, const char* uncertainty_text) {
  const Rounded r = round_for_report(value, uncertainty);
  BOOST_TEST(r.value == value_text);
  BOOST_TEST(r.uncertainty == uncertainty_text);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(rounding)

BOOST_AUTO_TEST_CASE(two_digits_of_uncertainty_give_the_place_of_the_value) {
  check(0.1234, 0.0456, "0.123", "0.046");
  check(-0.1234, 0.0456, "-0.123", "0.046");
  check(0.1234, 0.456, "0.12", "0.46");
  check(12.3456, 4.56, "12.3", "4.6");
  check(123.456, 45.6, "123", "46");
  check(0.1, 0.000010234, "0.100000", "0.000010");
}

BOOST_AUTO_TEST_CASE(an_uncertainty_that_rounds_up_to_a_power_of_ten_keeps_two_digits) {
  check(0.1234, 0.0996, "0.12", "0.10");
  check(0.1234, 0.996, "0.1", "1.0");
  check(0.1234, 9.96, "0", "10");
}

BOOST_AUTO_TEST_CASE(large_numbers_are_rounded_left_of_the_point) {
  check(56789, 1234, "56800", "1200");
  check(-56749, 99.6, "-56750", "100");
}

BOOST_AUTO_TEST_CASE(nothing_has_no_sign) {
  check(-0.0004, 0.012, "0.000", "0.012");
  check(-0.0, 0.0, "0", "0");
}

BOOST_AUTO_TEST_CASE(what_is_unknown_reads_so) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  check(0.123456789, nan, "0.123457", "unknown");
  check(nan, 0.0456, "unknown", "0.046");
  check(nan, nan, "unknown", "unknown");
}

BOOST_AUTO_TEST_CASE(print_never_takes_5_percent_off_an_uncertainty) {
  for (double u = 1e-6; u < 1e4; u *= 1.0007) {
    const double printed = std::strtod(round_for_report(1.0, u).uncertainty.c_str(), nullptr);
    BOOST_TEST(printed > 0.952 * u);
    BOOST_TEST(printed < 1.05 * u);
  }
}

BOOST_AUTO_TEST_SUITE_END()
