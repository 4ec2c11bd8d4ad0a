// SPDX-License-Identifier: GPL-3.0-or-later
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <complex>
#include <numbers>
#include <random>
#include <vector>

#include "front_end_response.h"
#include "meterrig/reference/front_end.h"
#include "meterrig/synthesis/synthesis.h"
#include "random_signal.h"

using namespace meterrig;
using namespace meterrig::reference;

namespace {

constexpr double rounding = 1e-9;

SignalRecipe nothing() {
  return {.frequency = {50, 1}, .noise_seed = 7, .voltage = {}, .current = {}};
}

SignalRecipe sine(double volts, double amperes) {
  SignalRecipe recipe = nothing();
  for (auto& channel : recipe.voltage)
    channel.components = {{.order = 1, .rms = volt(volts), .phase = degree(0)}};
  for (auto& channel : recipe.current)
    channel.components = {{.order = 1, .rms = ampere(amperes), .phase = degree(30)}};
  for (auto& channel : recipe.voltage) channel.dc = volt(0), channel.noise_rms = volt(0);
  for (auto& channel : recipe.current) channel.dc = ampere(0), channel.noise_rms = ampere(0);
  return recipe;
}

std::vector<double> volts_of(const FrontEndModel& model, const SignalRecipe& recipe,
                             std::size_t count, std::int64_t first = 0) {
  FrontEnd front_end(model, 7);
  const SampleBlock block = converted(front_end, model, recipe, first, count, 4096);
  return {block.volts(0).begin(), block.volts(0).end()};
}

// Mean power density around a frequency over that of white noise of variance 1, by Hann windows of
// 1024 samples: 2 sum |X|^2 / sum w^2 with sum w^2 = 3/8 1024, over 4 bins.
double density(const std::vector<double>& values, int bin) {
  constexpr std::size_t length = 1024;
  std::vector<double> hann(length);
  for (std::size_t i = 0; i < length; ++i)
    hann[i] = 0.5 - 0.5 * std::cos(2 * std::numbers::pi * static_cast<double>(i) / length);
  double sum = 0;
  std::size_t count = 0;
  for (int b = bin - 3; b <= bin + 3; b += 2)
    for (std::size_t at = 0; at + length <= values.size(); at += length, ++count) {
      std::complex<double> line = 0;
      for (std::size_t i = 0; i < length; ++i)
        line += hann[i] * values[at + i] *
                std::polar(1.0, -2 * std::numbers::pi * b * static_cast<double>(i) / length);
      sum += std::norm(line);
    }
  return sum / static_cast<double>(count) / (0.375 * length);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(converter)

BOOST_AUTO_TEST_CASE(gain_offset_and_clock_drift_with_temperature) {
  FrontEndModel drifting = ideal_front_end(31);
  drifting.voltage[0] = {.gain = percent(0.1),
                         .offset = percent(0.2),
                         .noise = percent(0),
                         .gain_drift = parts_per_million(20),
                         .offset_drift = parts_per_million(-3)};
  drifting.clock_error = percent(0.001);
  drifting.clock_drift = percent(0.0001);
  FrontEndModel same = drifting;
  same.voltage[0] = {
      .gain = percent(0.1 + 0.04), .offset = percent(0.2 - 0.006), .noise = percent(0)};
  same.clock_error = percent(0.003);
  same.clock_drift = {};

  FrontEnd warmed(drifting, 1);
  BOOST_TEST((warmed.true_rate() == FrontEnd(ideal_front_end(31), 1).true_rate()) == false);
  warmed.set_temperature(degree_celsius(43));
  BOOST_TEST(std::abs(warmed.true_rate().value() / FrontEnd(same, 1).true_rate().value() - 1) <
             1e-15);
  drifting.temperature = degree_celsius(43);
  FrontEnd made_warm(drifting, 1);
  BOOST_TEST((made_warm.true_rate() == warmed.true_rate()));

  // The terminals alike for all three.
  const SampleBlock block = samples_of(sine(230, 5), {8000, 1}, 0, 500);
  CodeBlock expected;
  CodeBlock found;
  FrontEnd equivalent(same, 1);
  equivalent.convert(block, hertz(50), expected);
  for (FrontEnd* front_end : {&warmed, &made_warm}) {
    front_end->convert(block, hertz(50), found);
    for (std::size_t i = 0; i < block.count(); ++i)
      BOOST_TEST(std::abs(found.volts[0][i] - expected.volts[0][i]) <= 1);
    BOOST_TEST(found.volts[1] == expected.volts[1]);
  }
}

BOOST_AUTO_TEST_CASE(back_at_the_reference_temperature_nothing_has_drifted) {
  FrontEndModel model = ideal_front_end();
  model.current[2].gain_drift = percent(0.01);
  model.clock_drift = percent(0.001);
  FrontEnd front_end(model, 1);
  front_end.set_temperature(degree_celsius(-25));
  BOOST_TEST(!(front_end.true_rate() == Rational{8000, 1}));
  front_end.set_temperature(degree_celsius(23));
  BOOST_TEST((front_end.true_rate() == Rational{8000, 1}));
  const SampleBlock block = samples_of(sine(230, 5), {8000, 1}, 0, 100);
  FrontEnd fresh(ideal_front_end(), 1);
  CodeBlock a;
  CodeBlock b;
  front_end.convert(block, hertz(50), a);
  fresh.convert(block, hertz(50), b);
  BOOST_TEST(a.amperes[2] == b.amperes[2]);
}

BOOST_AUTO_TEST_CASE(a_signal_can_be_synthesised_at_the_rate_of_any_temperature) {
  FrontEndModel model = ideal_front_end();
  model.clock_error = percent(0.000371);
  model.clock_drift = percent(0.0000123);
  for (const double celsius : {-39.9, 22.7, 36.71, 54.321}) {
    model.temperature = degree_celsius(celsius);
    const Rational rate = FrontEnd(model, 1).true_rate();
    const double expected = 8000 * (1 + (0.000371 + 0.0000123 * (celsius - 23)) / 100);
    BOOST_TEST(std::abs(rate.value() / expected - 1) < 1e-15);
    SignalRecipe recipe = sine(230, 5);
    recipe.frequency = {49987654, 1000000};
    BOOST_TEST(synthesis::Synthesis::create(recipe, rate).has_value());
  }
}

// A channel that samples later by t leads by 2 pi f t; the interpolation is good to 3e-3 x^8.
BOOST_AUTO_TEST_CASE(skew_turns_a_channel_s_phase_by_its_time) {
  FrontEndModel model = ideal_front_end(31);
  model.voltage[1].skew = microsecond(10);
  model.current[2].skew = microsecond(-300);  // more than two samples
  for (const std::int32_t order : {1, 5, 15}) {
    const auto found = response_of(model, order, 1600);
    const double omega = 2 * std::numbers::pi * 50 * order;
    const double bound = 3e-3 * std::pow(omega / 8000, 8) + rounding;
    BOOST_TEST(std::abs(found.voltage[0] - 1.0) < rounding);
    BOOST_TEST(std::abs(found.voltage[1] - std::polar(1.0, omega * 10e-6)) < bound);
    BOOST_TEST(std::abs(found.current[2] - std::polar(1.0, omega * -300e-6)) < bound);
    BOOST_TEST(std::abs(found.current[0] - 1.0) < rounding);
  }
}

// A late moment t reads slope times t more, the same t in every channel; its r.m.s. is known to
// 1 / sqrt(2 n). Codes of 31 bits round by 2.3e-7 V of 1e-6 V and more.
BOOST_AUTO_TEST_CASE(jitter_adds_the_slope_times_one_late_moment_for_all_channels) {
  FrontEndModel model = ideal_front_end(31);
  model.aperture_jitter = microsecond(1);
  const SignalRecipe recipe = sine(230, 5);
  FrontEnd front_end(model, 3);
  const std::size_t count = 20000;
  const SampleBlock block = converted(front_end, model, recipe, 0, count);
  const auto latency = static_cast<std::int64_t>(front_end.latency());
  const double omega = 2 * std::numbers::pi * 50;
  const double n = static_cast<double>(count - 100);
  double square = 0;
  double sum = 0;
  double apart = 0;
  for (std::size_t i = 100; i < count; ++i) {
    const double t = static_cast<double>(static_cast<std::int64_t>(i) - latency) / 8000;
    const double volts = 230 * std::numbers::sqrt2;
    const double amperes = 5 * std::numbers::sqrt2;
    const double lag = std::numbers::pi / 6;
    const double slope = volts * omega * std::cos(omega * t);
    const double current_slope = amperes * omega * std::cos(omega * t + lag);
    const double error = block.volts(0)[i] - volts * std::sin(omega * t);
    const double current_error = block.amperes(1)[i] - amperes * std::sin(omega * t + lag);
    square += error * error;
    sum += error;
    apart = std::max(apart, std::abs(error * current_slope - current_error * slope));
  }
  const double expected = 230 * omega * 1e-6;
  BOOST_TEST(std::abs(std::sqrt(square / n) / expected - 1) < 5 / std::sqrt(n));
  BOOST_TEST(std::abs(sum / n) < 5 * expected / std::sqrt(n));
  // half a code of one times the slope of the other, and what the slope by 8 samples leaves
  BOOST_TEST(apart < 2.4e-7 * 2222 + 1e-8 * 102160 + 1e-9);
  FrontEnd late(model, 3);
  const SampleBlock tail = converted(late, model, recipe, 5000, 200);
  for (std::size_t i = 20; i < 200; ++i)
    BOOST_TEST(std::abs(tail.volts(2)[i] - block.volts(2)[5000 + i]) < 5e-7);
}

// 1 + corner / f, the second within 1 dB, from 1024 spectra with a spread of 1 / sqrt(1024).
BOOST_AUTO_TEST_CASE(flicker_noise_is_as_dense_as_the_white_noise_at_its_corner) {
  FrontEndModel model = ideal_front_end();
  const double deviation = 500 * 1e-4;
  model.voltage[0].noise = percent(0.01);
  model.voltage[0].flicker_corner = hertz(8000.0 / 32);
  auto values = volts_of(model, nothing(), 262144);
  for (double& value : values) value /= deviation;
  for (const int bin : {16, 32, 64, 128, 400}) {
    const double flicker = 32.0 / bin;
    BOOST_TEST_INFO("bin " << bin);
    BOOST_TEST(std::abs(density(values, bin) - (1 + flicker)) <
               0.21 * flicker + 5.0 / 32 * (1 + flicker));
  }
  const auto late = volts_of(model, nothing(), 50, 70000);
  for (std::size_t i = 0; i < late.size(); ++i)
    BOOST_TEST(late[i] / deviation == values[70000 + i]);
}

// White noise through 1 - z^-1 has the variance 2 and the covariance -1 of neighbours.
BOOST_AUTO_TEST_CASE(shaped_noise_has_the_spectrum_of_a_first_order_modulator) {
  FrontEndModel model = ideal_front_end();
  const double deviation = 500 * 1e-4;
  model.voltage[0].shaped_noise = percent(0.01);
  const std::size_t count = 200000;
  auto values = volts_of(model, nothing(), count);
  for (double& value : values) value /= deviation;
  double variance = 0;
  double neighbours = 0;
  double next = 0;
  for (std::size_t i = 1; i + 2 < count; ++i) {
    variance += values[i] * values[i];
    neighbours += values[i] * values[i + 1];
    next += values[i] * values[i + 2];
  }
  const auto n = static_cast<double>(count);
  BOOST_TEST(std::abs(variance / n - 1) < 5 * std::sqrt(3 / n));
  BOOST_TEST(std::abs(neighbours / n + 0.5) < 5 * std::sqrt(3 / n));
  BOOST_TEST(std::abs(next / n) < 5 * std::sqrt(3 / n));
  for (const int bin : {20, 256, 500}) {
    const double expected = 2 * std::pow(std::sin(std::numbers::pi * bin / 1024), 2);
    // 780 spectra of bins 3 apart, over which the density bends
    BOOST_TEST(std::abs(density(values, bin) / expected - 1) < 5 / std::sqrt(780.0) + 0.02);
  }
  const auto late = volts_of(model, nothing(), 50, 7001);
  for (std::size_t i = 0; i < late.size(); ++i) BOOST_TEST(late[i] / deviation == values[7001 + i]);
}

BOOST_AUTO_TEST_CASE(codes_of_every_stage_together_do_not_depend_on_the_blocks) {
  FrontEndModel points = ideal_front_end(22);
  points.voltage.fill({.gain = percent(0.1),
                       .offset = percent(0.01),
                       .noise = percent(0.001),
                       .skew = microsecond(7),
                       .flicker_corner = hertz(100),
                       .shaped_noise = percent(0.002)});
  points.current = points.voltage;
  points.current[1].skew = microsecond(-20);
  points.aperture_jitter = microsecond(0.5);
  points.anti_alias = {.order = 3, .corner = hertz(3000)};
  points.divider = VoltageDivider{.ratio_error = percent(0.1), .time_constant = second(5e-6)};
  FrontEndModel core = points;
  core.core = TransformerCore{
      .ratio = 100,
      .winding_resistance = 5,
      .curve = {{.flux = 1e-3, .current = ampere(1e-4)}, {.flux = 2e-3, .current = ampere(0.1)}},
      .initial_flux = {1e-3, 0, 0}};
  FrontEndModel coil = points;
  coil.rogowski = RogowskiCoil{.mutual_inductance = 1e-6,
                               .integrator_corner = hertz(1),
                               .integrator_noise = volt(1e-6),
                               .integrator_offset = volt(1e-7)};
  points.transformer = {{ampere(0.1), percent(-0.5), degree(1)},
                        {ampere(10), percent(0.1), degree(0.1)}};
  std::mt19937_64 random(12);
  const SignalRecipe recipe = random_recipe(random, {50123, 1000}, 15);
  for (const FrontEndModel& model : {points, core, coil}) {
    BOOST_TEST_REQUIRE(check(model).has_value());
    FrontEnd front_end(model, 3);
    const SampleBlock whole = converted(front_end, model, recipe, 0, 3000, 3000);
    for (const std::size_t block : {1U, 7U, 160U, 1024U}) {
      front_end.reset();
      const SampleBlock cut = converted(front_end, model, recipe, 0, 3000, block);
      for (std::size_t p = 0; p < phase_count; ++p) {
        BOOST_TEST(std::equal(cut.volts(p).begin(), cut.volts(p).end(), whole.volts(p).begin()));
        BOOST_TEST(
            std::equal(cut.amperes(p).begin(), cut.amperes(p).end(), whole.amperes(p).begin()));
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
