// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/reference/second_algorithm.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <random>

#include "random_signal.h"

using namespace meterrig;
using namespace meterrig::reference;
using meterrig::synthesis::closed_form;
using meterrig::synthesis::ClosedForm;

namespace {

constexpr Rational eight_kilohertz{8000, 1};

struct Both {
  MeterReading first;
  SecondReading second;
};

Both read(const SampleBlock& block) {
  const auto first = measure(block);
  BOOST_TEST_REQUIRE(first.has_value());
  const auto second = measure_by_fit(block, first->frequency);
  BOOST_TEST_REQUIRE(second.has_value());
  return {*first, *second};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(second_algorithm)

BOOST_AUTO_TEST_CASE(a_fit_finds_the_power_of_random_spectra) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937_64 random(seed);
      std::uniform_int_distribution<std::int64_t> millihertz(45000, 65000);
      const Rational frequency = *make_rational(millihertz(random), 1000);
      const auto highest = std::min(63, static_cast<std::int32_t>(0.45 * 8000 / frequency.value()));
      const SignalRecipe recipe = random_recipe(random, frequency, highest);
      std::uniform_int_distribution<std::size_t> length(400, 4000);
      const SampleBlock block = samples_of(recipe, eight_kilohertz, 999, length(random));
      const auto second = measure_by_fit(block, hertz(frequency.value()));
      BOOST_TEST_REQUIRE(second.has_value());
      const ClosedForm truth = closed_form(recipe);
      for (std::size_t p = 0; p < phase_count; ++p) {
        const double s = truth.s.at(p).in(volt_ampere);
        BOOST_TEST(std::abs((second->p.at(p) - truth.p.at(p)).in(watt)) < 1e-12 * s);
        BOOST_TEST(std::abs((second->q1.at(p) - truth.q1.at(p)).in(var)) < 1e-12 * s);
        BOOST_TEST(std::abs((second->u.at(p) * second->i.at(p)).in(volt_ampere)-s) < 1e-12 * s);
        BOOST_TEST(second->voltage_residual.at(p).in(volt) < 1e-11);
        BOOST_TEST(second->current_residual.at(p).in(ampere) < 1e-12);
      }
      BOOST_TEST(std::abs((second->p_total - truth.p_total).in(watt)) <
                 1e-11 * truth.s_total.in(volt_ampere));
    }
  }
}

// With p coefficients fitted to N samples, the residual per degree of freedom is the noise, known
// to 1 / sqrt(2 (N - p)).
BOOST_AUTO_TEST_CASE(the_residual_is_the_noise) {
  std::mt19937_64 random(3);
  SignalRecipe recipe = random_recipe(random, {501, 10}, 20);
  recipe.voltage.at(0).noise_rms = volt(0.5);
  recipe.current.at(2).noise_rms = ampere(0.01);
  const Both both = read(samples_of(recipe, eight_kilohertz, 0, 2001));
  const double five_deviations = 5 / std::sqrt(2.0 * (2001 - 127));
  BOOST_TEST(std::abs(both.second.voltage_residual.at(0).in(volt) / 0.5 - 1) < five_deviations);
  BOOST_TEST(std::abs(both.second.current_residual.at(2).in(ampere) / 0.01 - 1) < five_deviations);
}

BOOST_AUTO_TEST_CASE(both_algorithms_agree_within_the_bound) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937_64 random(seed);
      std::uniform_int_distribution<std::int64_t> millihertz(45000, 65000);
      const Rational frequency = *make_rational(millihertz(random), 1000);
      SignalRecipe recipe = random_recipe(
          random, frequency, static_cast<std::int32_t>(0.45 * 8000 / frequency.value()));
      if (seed % 2 == 0)
        for (std::size_t p = 0; p < phase_count; ++p) {
          recipe.voltage.at(p).noise_rms = volt(seed % 4 == 0 ? 2.3 : 0.01);
          recipe.current.at(p).noise_rms = ampere(seed % 4 == 0 ? 0.0001 : 0.05);
        }
      std::uniform_int_distribution<std::size_t> length(560, 6000);
      const SampleBlock block = samples_of(recipe, eight_kilohertz, 1234567, length(random));
      const Both both = read(block);
      const Agreement found = agreement(both.first, both.second, block.count());
      BOOST_TEST(found.within);
      BOOST_TEST(std::abs(found.p_difference.in(watt)) <= found.p_bound.in(watt));
      BOOST_TEST(std::abs(found.q_difference.in(var)) <= found.q_bound.in(var));
      BOOST_TEST(std::abs(found.s_difference.in(volt_ampere)) <= found.s_bound.in(volt_ampere));
      BOOST_TEST(std::abs(found.power_factor_difference) <= found.power_factor_bound);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_bound_is_narrow_without_noise_and_a_wrong_power_does_not_agree) {
  std::mt19937_64 random(9);
  const SignalRecipe recipe = random_recipe(random, {503, 10}, 40);
  const SampleBlock block = samples_of(recipe, eight_kilohertz, 0, 2000);
  Both both = read(block);
  const Agreement good = agreement(both.first, both.second, block.count());
  BOOST_TEST(good.within);
  BOOST_TEST(good.p_bound.in(watt) < 1e-9 * both.first.s_total.in(volt_ampere));
  Both wrong = both;
  wrong.first.p_total += watt(1e-8 * both.first.s_total.in(volt_ampere));
  BOOST_TEST(!agreement(wrong.first, wrong.second, block.count()).within);
  wrong = both;
  wrong.second.q1_total -= var(1e-8 * both.first.s_total.in(volt_ampere));
  BOOST_TEST(!agreement(wrong.first, wrong.second, block.count()).within);
  wrong = both;
  wrong.second.s_total = wrong.second.s_total * (1 + 1e-8);
  BOOST_TEST(!agreement(wrong.first, wrong.second, block.count()).within);
  wrong = both;
  wrong.first.power_factor_total += 1e-8;
  BOOST_TEST(!agreement(wrong.first, wrong.second, block.count()).within);
  wrong.first = both.first;
  wrong.second.q1_total = ReactivePower{};  // unknown agrees with nothing
  BOOST_TEST(!agreement(wrong.first, wrong.second, block.count()).within);
}

BOOST_AUTO_TEST_CASE(blocks_that_cannot_be_fitted_are_refused) {
  std::mt19937_64 random(9);
  const SignalRecipe recipe = random_recipe(random, {50, 1}, 5);
  const auto code = [&recipe](std::size_t count, Frequency frequency) {
    const auto result = measure_by_fit(samples_of(recipe, eight_kilohertz, 0, count), frequency);
    BOOST_TEST_REQUIRE(!result.has_value());
    return result.error().code;
  };
  BOOST_TEST((code(319, hertz(50)) == ErrorCode::failed_precondition));
  BOOST_TEST((code(0, hertz(50)) == ErrorCode::failed_precondition));
  BOOST_TEST((code(1600, hertz(3700)) == ErrorCode::failed_precondition));
  BOOST_TEST((code(1600, hertz(0)) == ErrorCode::invalid_argument));
  BOOST_TEST((code(1600, Frequency{}) == ErrorCode::invalid_argument));
  SampleBlock bad = samples_of(recipe, eight_kilohertz, 0, 1600);
  bad.volts(2)[5] = std::numeric_limits<double>::infinity();
  BOOST_TEST((measure_by_fit(bad, hertz(50)).error().code == ErrorCode::invalid_argument));
}

BOOST_AUTO_TEST_SUITE_END()
