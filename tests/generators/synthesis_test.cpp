// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/synthesis/synthesis.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <random>

using namespace meterrig;
using meterrig::synthesis::Synthesis;

namespace {

constexpr Rational eight_kilohertz{8000, 1};

template <class Kind>
Channel<Kind> random_channel(std::mt19937_64& random, Unit<Kind> unit, std::int32_t orders) {
  std::uniform_real_distribution<double> uniform(-1, 1);
  Channel<Kind> channel{.dc = unit(uniform(random)), .components = {}, .noise_rms = unit(0)};
  for (std::int32_t h = 1; h <= orders; ++h)
    channel.components.push_back({.order = h,
                                  .rms = unit(std::abs(uniform(random))),
                                  .phase = degree(180 * uniform(random))});
  return channel;
}

SignalRecipe random_recipe(std::uint64_t seed, Rational frequency, std::int32_t orders) {
  std::mt19937_64 random(seed);
  SignalRecipe recipe{.frequency = frequency, .noise_seed = seed, .voltage = {}, .current = {}};
  for (auto& channel : recipe.voltage) channel = random_channel(random, volt, orders);
  for (auto& channel : recipe.current) channel = random_channel(random, ampere, orders);
  return recipe;
}

// The definition in extended precision, with the phase from whole numbers.
template <class Kind>
double oracle(const Channel<Kind>& channel, Unit<Kind> unit, Rational frequency, Rational rate,
              std::int64_t sample) {
  __extension__ using Wide = __int128;
  const Wide q = Wide{frequency.denominator} * rate.numerator;
  const Wide p = Wide{frequency.numerator} * rate.denominator;
  const auto cycles = static_cast<long double>(p * sample % q) / static_cast<long double>(q);
  const long double two_pi = 2 * std::acos(-1.0L);
  long double sum = channel.dc.in(unit);
  for (const auto& component : channel.components) {
    const long double phase = static_cast<long double>(component.phase.in(degree)) / 360;
    const long double turns = component.order * cycles + phase;
    sum += std::sqrt(2.0L) * component.rms.in(unit)*std::cos(two_pi * (turns - 0.25L));
  }
  return static_cast<double>(sum);
}

Synthesis make(const SignalRecipe& recipe, Rational rate = eight_kilohertz) {
  auto synthesis = Synthesis::create(recipe, rate);
  BOOST_TEST_REQUIRE(synthesis.has_value());
  return *std::move(synthesis);
}

SampleBlock read(Synthesis& synthesis, std::int64_t first, std::size_t count) {
  SampleBlock block(synthesis.rate(), first, count);
  BOOST_TEST_REQUIRE(synthesis.read(block).has_value());
  return block;
}

bool same_bits(std::span<const double> a, std::span<const double> b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

SignalRecipe single(std::int32_t order, Rational frequency) {
  SignalRecipe recipe{.frequency = frequency, .noise_seed = 0, .voltage = {}, .current = {}};
  recipe.current.at(2).components.push_back({.order = order, .rms = ampere(1), .phase = degree(0)});
  return recipe;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(synthesis_of_samples)

// Error of one line: 2 ulp of its sine and 1 of its products, below 6e-16 of its peak; 40 lines of
// up to sqrt(2), each rounded into a sum of up to 40 (7e-15): below 40 (8.5e-16 + 3.5e-15)
// = 1.8e-13.
BOOST_AUTO_TEST_CASE(samples_agree_with_the_definition_in_extended_precision) {
  for (const std::int64_t first : {std::int64_t{0}, std::int64_t{86400} * 8000 + 7}) {
    const std::uint64_t seed = 11 + static_cast<std::uint64_t>(first);
    BOOST_TEST_CONTEXT("seed " << seed) {
      const SignalRecipe recipe = random_recipe(seed, {49987, 1000}, 40);
      Synthesis synthesis = make(recipe);
      const SampleBlock block = read(synthesis, first, 700);
      double worst = 0;
      for (std::size_t i = 0; i < block.count(); i += 7)
        for (std::size_t p = 0; p < phase_count; ++p) {
          const std::int64_t n = first + static_cast<std::int64_t>(i);
          const double u = oracle(recipe.voltage.at(p), volt, recipe.frequency, eight_kilohertz, n);
          const double a =
              oracle(recipe.current.at(p), ampere, recipe.frequency, eight_kilohertz, n);
          worst =
              std::max({worst, std::abs(block.volts(p)[i] - u), std::abs(block.amperes(p)[i] - a)});
        }
      BOOST_TEST(worst < 1.8e-13);
    }
  }
}

BOOST_AUTO_TEST_CASE(phase_does_not_drift_in_a_day_at_a_million_samples_a_second) {
  const SignalRecipe recipe = random_recipe(5, {50013, 1000}, 1);
  const Rational rate{1000000, 1};
  Synthesis synthesis = make(recipe, rate);
  const std::int64_t day = 86400LL * 1000000;
  const SampleBlock block = read(synthesis, day, 100);
  for (std::size_t i = 0; i < block.count(); ++i)
    BOOST_TEST(std::abs(block.volts(0)[i] - oracle(recipe.voltage.at(0), volt, recipe.frequency,
                                                   rate, day + static_cast<std::int64_t>(i))) <
               2e-15);
}

// 1e-9 rad of the 63rd harmonic is 1e-9 of its peak.
BOOST_AUTO_TEST_CASE(the_63rd_harmonic_keeps_its_phase_for_a_day_at_a_million_samples_a_second) {
  SignalRecipe recipe = single(63, {50013, 1000});
  recipe.current.at(2).dc = ampere(0);
  const Rational rate{1000000, 1};
  Synthesis synthesis = make(recipe, rate);
  const std::int64_t day = 86400LL * 1000000;
  const SampleBlock block = read(synthesis, day, 100);
  for (std::size_t i = 0; i < block.count(); ++i)
    BOOST_TEST(std::abs(block.amperes(2)[i] - oracle(recipe.current.at(2), ampere, recipe.frequency,
                                                     rate, day + static_cast<std::int64_t>(i))) <
               1e-14);
}

BOOST_AUTO_TEST_CASE(random_access_gives_the_bits_of_a_sequential_run) {
  SignalRecipe recipe = random_recipe(21, {499, 10}, 63);
  recipe.voltage.at(1).noise_rms = volt(0.3);
  recipe.current.at(2).noise_rms = ampere(0.01);
  Synthesis synthesis = make(recipe);
  const SampleBlock whole = read(synthesis, 0, 5000);
  for (const auto& [first, count] :
       {std::pair{0, 1}, {1, 1023}, {4999, 1}, {1234, 2000}, {1025, 300}}) {
    const SampleBlock part = read(synthesis, first, static_cast<std::size_t>(count));
    for (std::size_t p = 0; p < phase_count; ++p) {
      const auto begin = static_cast<std::size_t>(first);
      BOOST_TEST(same_bits(part.volts(p), whole.volts(p).subspan(begin, part.count())));
      BOOST_TEST(same_bits(part.amperes(p), whole.amperes(p).subspan(begin, part.count())));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_component_at_or_above_half_the_sample_rate_is_refused_by_name) {
  BOOST_TEST(Synthesis::create(single(79, {50, 1}), eight_kilohertz).has_value());
  const auto refused = Synthesis::create(single(80, {50, 1}), eight_kilohertz);
  BOOST_TEST_REQUIRE(!refused.has_value());
  BOOST_TEST((refused.error().code == ErrorCode::out_of_range));
  BOOST_TEST(
      refused.error().message ==
      "current L3: harmonic 80 of 50 Hz needs more than 8000 samples a second; the rate is 8000");
  // one part in 10^15 below and at the limit: decided on whole numbers
  BOOST_TEST(
      Synthesis::create(single(1, {999999999999999, 250000000000}), eight_kilohertz).has_value());
  BOOST_TEST(!Synthesis::create(single(1, {4000, 1}), eight_kilohertz).has_value());
}

BOOST_AUTO_TEST_CASE(a_recipe_without_sense_is_refused) {
  const auto code = [](const SignalRecipe& recipe, Rational rate = eight_kilohertz) {
    const auto made = Synthesis::create(recipe, rate);
    BOOST_TEST_REQUIRE(!made.has_value());
    return made.error().code;
  };
  SignalRecipe recipe = single(1, {50, 1});
  BOOST_TEST((code(recipe, {0, 1}) == ErrorCode::out_of_range));
  BOOST_TEST((code(single(1, {0, 1})) == ErrorCode::out_of_range));
  BOOST_TEST((code(single(0, {50, 1})) == ErrorCode::invalid_argument));
  recipe.voltage.at(0).components.push_back({.order = 1, .rms = volt(-1), .phase = degree(0)});
  BOOST_TEST((code(recipe) == ErrorCode::invalid_argument));
  recipe.voltage.at(0).components.at(0) = {.order = 1, .rms = Voltage{}, .phase = degree(0)};
  BOOST_TEST((code(recipe) == ErrorCode::invalid_argument));
  recipe.voltage.at(0).components.at(0) = {.order = 1, .rms = volt(1), .phase = Angle{}};
  BOOST_TEST((code(recipe) == ErrorCode::invalid_argument));
  recipe = single(1, {50, 1});
  recipe.voltage.at(0).dc = volt(std::numeric_limits<double>::infinity());
  BOOST_TEST((code(recipe) == ErrorCode::invalid_argument));
  recipe = single(1, {50, 1});
  recipe.voltage.at(0).noise_rms = volt(-0.1);
  BOOST_TEST((code(recipe) == ErrorCode::invalid_argument));
}

BOOST_AUTO_TEST_CASE(a_block_of_another_rate_or_before_sample_zero_is_refused) {
  Synthesis synthesis = make(single(1, {50, 1}));
  SampleBlock other({51200, 1}, 0, 10);
  BOOST_TEST((synthesis.read(other).error().code == ErrorCode::invalid_argument));
  SampleBlock early(eight_kilohertz, -1, 10);
  BOOST_TEST((synthesis.read(early).error().code == ErrorCode::out_of_range));
}

BOOST_AUTO_TEST_CASE(an_empty_channel_is_silent) {
  Synthesis synthesis = make(single(1, {50, 1}));
  const SampleBlock block = read(synthesis, 3, 300);
  for (const double value : block.volts(0)) BOOST_TEST(value == 0.0);
}

BOOST_AUTO_TEST_CASE(noise_has_the_standard_deviation_asked_for_and_another_one_on_each_channel) {
  SignalRecipe recipe{.frequency = {50, 1}, .noise_seed = 9, .voltage = {}, .current = {}};
  recipe.voltage.at(0).noise_rms = volt(0.5);
  recipe.current.at(0).noise_rms = ampere(2);
  Synthesis synthesis = make(recipe);
  const SampleBlock block = read(synthesis, 0, 200000);
  double u = 0;
  double i = 0;
  double cross = 0;
  for (std::size_t n = 0; n < block.count(); ++n) {
    u += block.volts(0)[n] * block.volts(0)[n];
    i += block.amperes(0)[n] * block.amperes(0)[n];
    cross += block.volts(0)[n] * block.amperes(0)[n];
  }
  const auto count = static_cast<double>(block.count());
  BOOST_TEST(std::abs(u / count / 0.25 - 1) < 5 * std::sqrt(2 / count));
  BOOST_TEST(std::abs(i / count / 4 - 1) < 5 * std::sqrt(2 / count));
  BOOST_TEST(std::abs(cross / count) < 5 / std::sqrt(count));
}

BOOST_AUTO_TEST_SUITE_END()
