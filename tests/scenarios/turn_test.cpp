// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/vocabulary/turn.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>

using namespace meterrig;

BOOST_AUTO_TEST_SUITE(turn)

// Oracle: the C library in extended precision.
BOOST_AUTO_TEST_CASE(sine_and_cosine_agree_with_extended_precision) {
  std::mt19937_64 random(1);
  const long double two_pi = 2 * std::acos(-1.0L);
  double worst = 0;
  for (int i = 0; i < 200000; ++i) {
    const Turn t{random()};
    const long double x = static_cast<long double>(t.word) / 18446744073709551616.0L * two_pi;
    const auto [s, c] = sine_cosine(t);
    worst = std::max({worst, std::abs(static_cast<double>(s - std::sin(x))),
                      std::abs(static_cast<double>(c - std::cos(x)))});
  }
  BOOST_TEST(worst < 2.3e-16);
}

BOOST_AUTO_TEST_CASE(quarter_turns_are_exact) {
  const std::uint64_t quarter = std::uint64_t{1} << 62;
  BOOST_TEST(sine_cosine({0}).sine == 0.0);
  BOOST_TEST(sine_cosine({quarter}).sine == 1.0);
  BOOST_TEST(sine_cosine({quarter}).cosine == 0.0);
  BOOST_TEST(sine_cosine({2 * quarter}).cosine == -1.0);
  BOOST_TEST(sine_cosine({3 * quarter}).sine == -1.0);
}

BOOST_AUTO_TEST_CASE(angle_of_a_point_agrees_with_extended_precision) {
  std::mt19937_64 random(2);
  std::uniform_real_distribution<double> uniform(-1, 1);
  double worst = 0;
  for (int i = 0; i < 200000; ++i) {
    const double x = uniform(random);
    const double y = uniform(random);
    const double expected =
        static_cast<double>(std::atan2(static_cast<long double>(y), static_cast<long double>(x)) *
                            180.0L / std::acos(-1.0L));
    worst = std::max(worst, std::abs(angle_of_point(x, y).in(degree)-expected));
  }
  BOOST_TEST(worst < 1e-13);
  BOOST_TEST(angle_of_point(-1, 0).in(degree) == 180.0);
  BOOST_TEST(angle_of_point(-1, -0.0).in(degree) == 180.0);
  BOOST_TEST(angle_of_point(0, -1).in(degree) == -90.0);
  BOOST_TEST(angle_of_point(0, 0).in(degree) == 0.0);
}

BOOST_AUTO_TEST_CASE(angles_wrap_and_read_back) {
  BOOST_TEST(angle_of(turn_of(degree(90))).in(degree) == 90.0);
  BOOST_TEST(angle_of(turn_of(degree(-120))).in(degree) == -120.0,
             boost::test_tools::tolerance(1e-15));
  BOOST_TEST(angle_of(turn_of(degree(720 + 60))).in(degree) == 60.0,
             boost::test_tools::tolerance(1e-13));
  BOOST_TEST(angle_of(turn_of(degree(180))).in(degree) == 180.0);
}

// performance-critical promise: no drift, and the same word wherever stepping starts.
BOOST_AUTO_TEST_CASE(phase_is_exact_after_a_day_at_a_million_samples_a_second) {
  const Rational ratio{49987, 1000000000};  // 49.987 Hz at 1 MS/s
  const std::int64_t day = 86400LL * 1000000;
  PhaseStepper late(ratio, day - 100000);
  for (int i = 0; i < 100000; ++i) late.step();
  const PhaseStepper direct(ratio, day);
  BOOST_TEST(late.turn().word == direct.turn().word);
  // floor(2^64 frac(n p / q)) by 128-bit integers, written out.
  __extension__ using Wide = unsigned __int128;
  const Wide cycles = Wide{49987} * static_cast<Wide>(day) % 1000000000;
  BOOST_TEST(direct.turn().word == static_cast<std::uint64_t>((cycles << 64) / 1000000000));
}

BOOST_AUTO_TEST_CASE(phase_before_time_zero_runs_backwards) {
  const PhaseStepper before(Rational{1, 160}, -40);
  BOOST_TEST(angle_of(before.turn()).in(degree) == -90.0);
}

BOOST_AUTO_TEST_SUITE_END()
