// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/vocabulary/quantity.h"

#include <boost/test/unit_test.hpp>
#include <concepts>

#include "meterrig/vocabulary/instant.h"
#include "meterrig/vocabulary/rational.h"

using namespace meterrig;

namespace {

template <class A, class B>
concept adds_to = requires(A a, B b) { a + b; };
template <class A, class B>
concept compares_with = requires(A a, B b) { a < b; };

static_assert(adds_to<ActivePower, ActivePower>);
static_assert(!adds_to<ActivePower, ReactivePower>);
static_assert(!adds_to<ActivePower, ApparentPower>);
static_assert(!adds_to<ReactivePower, ApparentPower>);
static_assert(!adds_to<ActiveEnergy, ReactiveEnergy>);
static_assert(!compares_with<ActivePower, ApparentPower>);
static_assert(!compares_with<ActivePower, double>);
static_assert(!std::convertible_to<double, Voltage>);
static_assert(!std::convertible_to<Voltage, double>);
static_assert(!std::convertible_to<ActivePower, ApparentPower>);

}  // namespace

BOOST_AUTO_TEST_SUITE(quantity)

BOOST_AUTO_TEST_CASE(reads_back_in_any_unit_of_its_kind) {
  BOOST_TEST(volt(230.0).in(millivolt) == 230000.0);
  BOOST_TEST(kilowatt_hour(1.0).in(watt_second) == 3.6e6, boost::test_tools::tolerance(1e-15));
  BOOST_TEST(radian(1.0).in(degree) == 57.29577951308232);
}

BOOST_AUTO_TEST_CASE(unknown_is_not_zero) {
  const ActivePower unknown;
  BOOST_TEST(!unknown.known());
  BOOST_TEST(!(unknown == watt(0)));
  BOOST_TEST(!(unknown < watt(1)));
  BOOST_TEST(!(unknown + watt(1)).known());
}

BOOST_AUTO_TEST_CASE(power_held_for_a_time_is_energy_of_its_kind) {
  BOOST_TEST((kilowatt(3.6) * minute(1)).in(watt_hour) == 60.0,
             boost::test_tools::tolerance(1e-15));
  BOOST_TEST((kilovar(3.6) * second(1)).in(var_hour) == 1.0, boost::test_tools::tolerance(1e-15));
  BOOST_TEST((volt(230) * ampere(5)).in(volt_ampere) == 1150.0);
}

BOOST_AUTO_TEST_CASE(instants_add_durations_to_the_nanosecond) {
  const Instant year{365LL * 86400 * 1'000'000'000};
  BOOST_TEST((year + microsecond(1)).nanoseconds == year.nanoseconds + 1000);
  BOOST_TEST(((year + second(2)) - year).in(second) == 2.0);
}

BOOST_AUTO_TEST_CASE(a_decimal_becomes_the_ratio_that_was_written) {
  BOOST_TEST(bool(*exact_rational(49.98) == (Rational{2499, 50})));
  BOOST_TEST(bool(*exact_rational(8000.16) == (Rational{200004, 25})));
  BOOST_TEST(bool(*exact_rational(-0.5) == (Rational{-1, 2})));
  BOOST_TEST(bool(*exact_rational(1e6) == (Rational{1000000, 1})));
  BOOST_TEST(bool(*exact_rational(0.0) == (Rational{0, 1})));
  BOOST_TEST(!exact_rational(1e40).has_value());
  BOOST_TEST(!exact_rational(std::numeric_limits<double>::infinity()).has_value());
  BOOST_TEST(bool(*divide({50, 1}, {8000, 1}) == (Rational{1, 160})));
  BOOST_TEST(!divide({50, 1}, {0, 1}).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
