// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/reference/frequency.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <random>

#include "random_signal.h"

using namespace meterrig;
using meterrig::reference::measure_frequency;

namespace {

SignalRecipe voltage_of(Rational frequency, std::vector<Component<VoltageKind>> components) {
  SignalRecipe recipe{.frequency = frequency, .noise_seed = 1, .voltage = {}, .current = {}};
  recipe.voltage.at(0).components = std::move(components);
  return recipe;
}

Result<Frequency> found(const SignalRecipe& recipe, Rational rate, std::size_t count) {
  const SampleBlock block = samples_of(recipe, rate, 1000, count);
  return measure_frequency(block.volts(0), rate);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(frequency)

BOOST_AUTO_TEST_CASE(frequencies_from_10_hertz_to_1_kilohertz_are_found) {
  for (const std::int64_t millihertz :
       {10000, 16700, 33333, 45001, 50000, 59940, 65000, 123456, 400000, 1000000}) {
    const Rational frequency = *make_rational(millihertz, 1000);
    const auto count = static_cast<std::size_t>(51200 * 12.3 / frequency.value());
    const auto result =
        found(voltage_of(frequency, {{.order = 1, .rms = volt(230), .phase = degree(77)},
                                     {.order = 2, .rms = volt(10), .phase = degree(-50)},
                                     {.order = 3, .rms = volt(30), .phase = degree(5)}}),
              {51200, 1}, count);
    BOOST_TEST_REQUIRE(result.has_value());
    BOOST_TEST(result->in(hertz) == frequency.value(), boost::test_tools::tolerance(1e-13));
  }
}

BOOST_AUTO_TEST_CASE(a_rectifier_wave_with_90_percent_of_third_harmonic_reads_its_fundamental) {
  const auto result =
      found(voltage_of({4993, 100}, {{.order = 1, .rms = volt(1), .phase = degree(0)},
                                     {.order = 3, .rms = volt(0.9), .phase = degree(180)},
                                     {.order = 5, .rms = volt(0.7), .phase = degree(0)}}),
            {8000, 1}, 1600);
  BOOST_TEST_REQUIRE(result.has_value());
  BOOST_TEST(result->in(hertz) == 49.93, boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(a_long_block_is_used_in_full) {
  const auto result =
      found(voltage_of({50000001, 1000000}, {{.order = 1, .rms = volt(1), .phase = degree(0)}}),
            {8000, 1}, 400000);
  BOOST_TEST_REQUIRE(result.has_value());
  BOOST_TEST(result->in(hertz) == 50.000001, boost::test_tools::tolerance(1e-13));
}

// Two windows of 2/3 of N samples, 1/3 apart: each phase is uncertain by sigma / A sqrt(2 sum w^2)
// with sum w^2 < 2 / (2/3 N), their difference by less than the double, over 2 pi N / 3 samples.
BOOST_AUTO_TEST_CASE(noise_shifts_the_frequency_no_more_than_it_must) {
  SignalRecipe recipe = voltage_of({50, 1}, {{.order = 1, .rms = volt(230), .phase = degree(0)}});
  recipe.voltage.at(0).noise_rms = volt(2.3);
  const double n = 8000;
  const double phase = 0.01 / std::sqrt(2.0) * std::sqrt(2 * 3 / n) * 2;
  const double hertz_deviation = phase / (2 * std::acos(-1.0) * n / 3) * 8000;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    recipe.noise_seed = seed;
    const auto result = found(recipe, {8000, 1}, 8000);
    BOOST_TEST_REQUIRE(result.has_value());
    BOOST_TEST(std::abs(result->in(hertz)-50) < 5 * hertz_deviation);
  }
}

// No unbiased estimate of a sine's frequency has a smaller deviation than that of Cramer and Rao:
// sqrt(24 / N^3) sigma / A radians a sample (Rife and Boorstyn 1974). The smooth ends of the
// window, six periods of 50, cost more than a tenth; 150 estimates tell the deviation to 6 %.
BOOST_AUTO_TEST_CASE(noise_is_met_near_the_bound_of_cramer_and_rao) {
  SignalRecipe recipe =
      voltage_of({5003, 100}, {{.order = 1, .rms = volt(230), .phase = degree(40)}});
  recipe.voltage.at(0).noise_rms = volt(2.3);
  const double n = 8000;
  const double bound = std::sqrt(24 / (n * n * n)) * 0.01 / std::sqrt(2.0);  // radians a sample
  double square = 0;
  const int seeds = 150;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    recipe.noise_seed = seed;
    const auto result = found(recipe, {8000, 1}, static_cast<std::size_t>(n));
    BOOST_TEST_REQUIRE(result.has_value());
    const double radians = 2 * std::acos(-1.0) * (result->in(hertz)-50.03) / 8000;
    square += radians * radians;
  }
  const double deviation = std::sqrt(square / seeds);
  BOOST_TEST(deviation > 0.85 * bound);
  BOOST_TEST(deviation < 1.35 * bound);
  BOOST_TEST_MESSAGE("deviation over bound: " << deviation / bound);
}

BOOST_AUTO_TEST_CASE(what_has_no_frequency_is_refused) {
  const auto code = [](std::span<const double> samples, Rational rate = {8000, 1}) {
    const auto result = measure_frequency(samples, rate);
    BOOST_TEST_REQUIRE(!result.has_value());
    return result.error().code;
  };
  BOOST_TEST((code(std::vector<double>(2000, 0.0)) == ErrorCode::failed_precondition));
  BOOST_TEST((code(std::vector<double>(2000, 230.0)) == ErrorCode::failed_precondition));
  BOOST_TEST((code({}) == ErrorCode::failed_precondition));
  BOOST_TEST((code(std::vector<double>(2000, 1.0), {0, 1}) == ErrorCode::invalid_argument));
  std::vector<double> bad(2000, 1.0);
  bad[7] = std::numeric_limits<double>::quiet_NaN();
  BOOST_TEST((code(bad) == ErrorCode::invalid_argument));
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {  // noise alone
    std::mt19937_64 random(seed);
    std::normal_distribution<double> normal(0, 1);
    std::vector<double> noise(2000);
    for (double& value : noise) value = normal(random);
    BOOST_TEST((code(noise) == ErrorCode::failed_precondition));
  }
  // 2.9 periods
  BOOST_TEST(!found(voltage_of({50, 1}, {{.order = 1, .rms = volt(1), .phase = degree(0)}}),
                    {8000, 1}, 464)
                  .has_value());
}

BOOST_AUTO_TEST_SUITE_END()
