// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/reference/front_end.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <random>

#include "front_end_response.h"
#include "meterrig/reference/meter.h"
#include "random_signal.h"

using namespace meterrig;
using namespace meterrig::reference;

namespace {

constexpr double full_code = 8388607;  // 24 bits

FrontEndModel ideal() { return ideal_front_end(); }

SignalRecipe sines(double amperes = 5, double displacement = 20, double frequency = 50) {
  OperatingPoint point{
      .frequency = hertz(frequency),
      .voltage = {volt(230), volt(231), volt(229)},
      .voltage_angle = {degree(0), degree(-120), degree(120)},
      .current = {ampere(amperes), ampere(amperes), ampere(amperes)},
      .displacement = {degree(displacement), degree(displacement), degree(displacement)}};
  return *recipe_of(point);
}

// A steady reading of what the front end gives.
MeterReading reading_of(const FrontEndModel& model, const SignalRecipe& recipe) {
  FrontEnd front_end(model, 1);
  const SampleBlock all = converted(front_end, model, recipe, 0, 24000);
  SampleBlock tail(all.rate, 8000, 16000);
  for (std::size_t p = 0; p < phase_count; ++p) {
    std::copy_n(all.volts(p).begin() + 8000, 16000, tail.volts(p).begin());
    std::copy_n(all.amperes(p).begin() + 8000, 16000, tail.amperes(p).begin());
  }
  const auto reading = measure(tail);
  BOOST_TEST_REQUIRE(reading.has_value());
  return *reading;
}

bool near(double found, double expected, double relative) {
  BOOST_TEST_INFO(found << " for " << expected);
  return std::abs(found - expected) <= relative * std::abs(expected);
}

// Of 2 s of 24-bit codes: half a code of rounding (0.29 r.m.s.) on 16000 samples, against 5 A of 20
// A peak, is 0.29 / (8388607 0.35 sqrt(8000)) = 1e-9 of the fundamental; five times that.
constexpr double quantised = 5e-9;

}  // namespace

BOOST_AUTO_TEST_SUITE(front_end)

BOOST_AUTO_TEST_CASE(an_ideal_front_end_gives_the_nearest_codes) {
  const FrontEndModel model = ideal();
  std::mt19937_64 random(4);
  const SignalRecipe recipe = random_recipe(random, {50, 1}, 10);
  FrontEnd front_end(model, 1);
  BOOST_TEST(front_end.latency() == 0U);
  const SampleBlock block = samples_of(recipe, model.nominal_rate, 40, 500);
  CodeBlock codes;
  front_end.convert(block, hertz(50), codes);
  double worst = 0;
  for (std::size_t p = 0; p < phase_count; ++p)
    for (std::size_t i = 0; i < block.count(); ++i)
      worst = std::max({worst, std::abs(codes.volts.at(p)[i] - block.volts(p)[i] / 500 * full_code),
                        std::abs(codes.amperes.at(p)[i] - block.amperes(p)[i] / 20 * full_code)});
  BOOST_TEST(worst <= 0.5 + 1e-8);
  BOOST_TEST(worst > 0.49);
}

BOOST_AUTO_TEST_CASE(gain_errors_scale_voltage_current_and_power) {
  FrontEndModel model = ideal();
  model.voltage.at(1).gain = percent(0.8);
  model.current.at(1).gain = percent(-0.3);
  const auto reading = reading_of(model, sines());
  const double power = 231 * 5 * std::cos(20 * std::acos(-1.0) / 180);
  BOOST_TEST(near(reading.phase.at(1).u.in(volt), 231 * 1.008, quantised));
  BOOST_TEST(near(reading.phase.at(1).i.in(ampere), 5 * 0.997, quantised));
  BOOST_TEST(near(reading.phase.at(1).p.in(watt), power * 1.008 * 0.997, 2 * quantised));
  BOOST_TEST(near(reading.phase.at(0).u.in(volt), 230, quantised));
}

// A secondary that leads by delta makes phi smaller by delta and the amplitude larger by the ratio
// error; between two points both are linear in the logarithm of the current.
BOOST_AUTO_TEST_CASE(transformer_errors_follow_the_logarithm_of_the_current) {
  FrontEndModel model = ideal();
  model.adc_bits = 31;  // 160 samples a period at 50 Hz: rounding does not average over periods
  model.transformer = {
      {.current = ampere(0.05), .ratio_error = percent(-0.4), .phase_error = degree(0.5)},
      {.current = ampere(1.25), .ratio_error = percent(-0.1), .phase_error = degree(0.2)},
      {.current = ampere(6), .ratio_error = percent(0.05), .phase_error = degree(-0.1)}};
  struct Case {
    double amperes;
    double ratio;
    double degrees;
  };
  // the middle of 0.05 A and 1.25 A on a logarithmic scale is 0.25 A
  for (const Case& c : {Case{0.02, -0.4, 0.5}, Case{0.05, -0.4, 0.5}, Case{0.25, -0.25, 0.35},
                        Case{1.25, -0.1, 0.2}, Case{6, 0.05, -0.1}, Case{8, 0.05, -0.1}})
    for (const double frequency : {50.0, 58.7}) {
      BOOST_TEST_CONTEXT(c.amperes << " A " << frequency << " Hz") {
        const auto reading = reading_of(model, sines(c.amperes, 60, frequency));
        // the squared current over two periods is known to W(f_s / f - 2) = (1 / (pi 134))^2 = 6e-6
        // of itself, half of it in the logarithm, where 0.3 % and 0.3 deg span 3.2: 3e-9 and 3e-7
        // deg; the interpolation in time is good to 3e-3 (2 pi 58.7 / 8000)^8 = 1e-14
        // rounding: 0.29 / (2^30 0.35 sqrt(80)) = 9e-11 of 5 A, five times that
        const double coarse = 4.5e-10 * 5 / c.amperes;
        const double amperes = c.amperes * (1 + c.ratio / 100);
        const double phi = 60 - c.degrees;
        BOOST_TEST(near(reading.phase.at(2).i.in(ampere), amperes, coarse + 3e-9));
        BOOST_TEST(std::abs(reading.phase.at(2).displacement.in(degree)-phi) < 60 * coarse + 3e-7);
        BOOST_TEST(near(reading.phase.at(2).p.in(watt),
                        229 * amperes * std::cos(phi * std::acos(-1.0) / 180), 4 * coarse + 2e-8));
        BOOST_TEST(near(reading.phase.at(0).u.in(volt), 230, quantised));
        BOOST_TEST(std::abs(reading.phase.at(1).voltage_angle.in(degree) + 120) < 1e-6);
      }
    }
}

BOOST_AUTO_TEST_CASE(offset_is_a_mean_of_full_scale) {
  FrontEndModel model = ideal();
  model.voltage.at(0).offset = percent(1);
  model.current.at(2).offset = percent(-0.5);
  FrontEnd front_end(model, 1);
  const SampleBlock block = converted(front_end, model, sines(), 0, 1600);  // 10 periods
  const auto mean = [](std::span<const double> row) {
    double sum = 0;
    for (const double value : row) sum += value;
    return sum / static_cast<double>(row.size());
  };
  const double code = 1 / full_code;
  BOOST_TEST(std::abs(mean(block.volts(0)) - 5) < 500 * code);
  BOOST_TEST(std::abs(mean(block.amperes(2)) + 0.1) < 20 * code);
  BOOST_TEST(std::abs(mean(block.amperes(0))) < 20 * code);
}

BOOST_AUTO_TEST_CASE(
    noise_has_its_standard_deviation_and_depends_on_seed_channel_and_sample_alone) {
  FrontEndModel model = ideal();
  model.voltage.fill({.gain = percent(0), .offset = percent(0), .noise = percent(0.02)});
  model.current = model.voltage;
  const SignalRecipe nothing{.frequency = {50, 1}, .noise_seed = 7, .voltage = {}, .current = {}};
  FrontEnd front_end(model, 7);
  const SampleBlock whole = converted(front_end, model, nothing, 0, 50000, 50000);
  double square = 0;
  double cross = 0;
  for (std::size_t i = 0; i < whole.count(); ++i) {
    square += whole.volts(0)[i] * whole.volts(0)[i];
    cross += whole.volts(0)[i] * whole.amperes(0)[i];
  }
  const double n = 50000;
  BOOST_TEST(std::abs(square / n / (0.1 * 0.1) - 1) < 5 * std::sqrt(2 / n));
  BOOST_TEST(std::abs(cross / n) < 5 * 0.1 * 0.004 / std::sqrt(n));
  FrontEnd again(model, 7);
  const SampleBlock late = converted(again, model, nothing, 10001, 100, 33);
  for (std::size_t i = 0; i < late.count(); ++i)
    BOOST_TEST(late.amperes(1)[i] == whole.amperes(1)[10001 + i]);
  FrontEnd other(model, 8);
  BOOST_TEST(converted(other, model, nothing, 0, 1).volts(0)[0] != whole.volts(0)[0]);
}

// The device takes its samples at nominal (1 + e) and believes in the nominal rate: a frequency
// reads f / (1 + e).
BOOST_AUTO_TEST_CASE(a_clock_error_shifts_the_frequency_that_the_device_sees) {
  FrontEndModel model = ideal();
  model.clock_error = percent(0.05);
  const FrontEnd front_end(model, 1);
  BOOST_TEST((front_end.true_rate() == Rational{8004, 1}));
  const auto reading = reading_of(model, sines());
  BOOST_TEST(near(reading.frequency.in(hertz), 50 / 1.0005, quantised));
  BOOST_TEST(near(reading.phase.at(0).u.in(volt), 230, quantised));
  model.clock_error = parts_per_million(-20);
  BOOST_TEST((FrontEnd(model, 1).true_rate() == Rational{199996, 25}));
}

BOOST_AUTO_TEST_CASE(codes_saturate_at_full_scale_on_both_sides) {
  FrontEndModel model = ideal();
  model.adc_bits = 12;
  model.voltage_full_scale = volt(200);
  FrontEnd front_end(model, 1);
  const SampleBlock terminals = samples_of(sines(), model.nominal_rate, 0, 320);
  CodeBlock codes;
  front_end.convert(terminals, hertz(50), codes);
  const auto [low, high] = std::minmax_element(codes.volts.at(0).begin(), codes.volts.at(0).end());
  BOOST_TEST(*low == -2047);
  BOOST_TEST(*high == 2047);
  const auto at_full = std::count(codes.volts.at(0).begin(), codes.volts.at(0).end(), 2047);
  const auto above = std::count_if(terminals.volts(0).begin(), terminals.volts(0).end(),
                                   [](double u) { return u / 200 * 2047 >= 2046.5; });
  BOOST_TEST(at_full == above);
}

BOOST_AUTO_TEST_CASE(codes_do_not_depend_on_the_blocks) {
  FrontEndModel model = ideal();
  model.current.at(0).noise = percent(0.01);
  model.clock_error = percent(0.003);
  model.transformer = {
      {.current = ampere(0.1), .ratio_error = percent(-0.5), .phase_error = degree(1)},
      {.current = ampere(10), .ratio_error = percent(0.1), .phase_error = degree(0.1)}};
  std::mt19937_64 random(12);
  const SignalRecipe recipe = random_recipe(random, {50123, 1000}, 15);
  FrontEnd front_end(model, 3);
  BOOST_TEST(front_end.latency() > 0U);
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

BOOST_AUTO_TEST_CASE(a_gap_counts_as_a_new_start) {
  FrontEndModel model = ideal();
  model.transformer = {{.current = ampere(1), .ratio_error = percent(0), .phase_error = degree(1)}};
  FrontEnd used(model, 3);
  converted(used, model, sines(), 0, 1000);
  FrontEnd fresh(model, 3);
  const SampleBlock a = converted(used, model, sines(), 5000, 100);
  const SampleBlock b = converted(fresh, model, sines(), 5000, 100);
  BOOST_TEST(std::equal(a.amperes(0).begin(), a.amperes(0).end(), b.amperes(0).begin()));
  BOOST_TEST(a.amperes(0)[0] == 0.0);  // before the latency there is nothing
}

BOOST_AUTO_TEST_CASE(a_second_block_of_a_size_keeps_its_memory) {
  const FrontEndModel model = ideal();
  FrontEnd front_end(model, 3);
  CodeBlock codes;
  const SampleBlock first = samples_of(sines(), model.nominal_rate, 0, 1000);
  const SampleBlock next = samples_of(sines(), model.nominal_rate, 1000, 1000);
  front_end.convert(first, hertz(50), codes);
  const auto* place = codes.volts.at(2).data();
  front_end.convert(next, hertz(50), codes);
  BOOST_TEST(codes.volts.at(2).data() == place);
}

BOOST_AUTO_TEST_CASE(a_model_without_sense_is_refused_by_field) {
  BOOST_TEST(check(ideal()).has_value());
  const auto message = [](auto change) {
    FrontEndModel model = ideal();
    change(model);
    const auto result = check(model);
    BOOST_TEST_REQUIRE(!result.has_value());
    BOOST_TEST((result.error().code == ErrorCode::out_of_range));
    return result.error().message;
  };
  BOOST_TEST(message([](FrontEndModel& m) { m.adc_bits = 32; }) ==
             "front end: adc bits is 32; expected 8 to 31");
  message([](FrontEndModel& m) { m.nominal_rate = {0, 1}; });
  message([](FrontEndModel& m) { m.voltage_full_scale = Voltage{}; });
  message([](FrontEndModel& m) { m.current_full_scale = ampere(0); });
  message([](FrontEndModel& m) { m.clock_error = percent(80); });
  message([](FrontEndModel& m) { m.current.at(2).noise = percent(-1); });
  message([](FrontEndModel& m) { m.voltage.at(0).gain_drift = percent(2); });
  message([](FrontEndModel& m) { m.voltage.at(0).offset_drift = percent(-2); });
  message([](FrontEndModel& m) { m.current.at(1).skew = second(1); });
  message([](FrontEndModel& m) { m.current.at(1).flicker_corner = hertz(-1); });
  message([](FrontEndModel& m) { m.current.at(1).shaped_noise = percent(-1); });
  message([](FrontEndModel& m) { m.burden = -1; });
  message([](FrontEndModel& m) { m.temperature = Temperature{}; });
  message([](FrontEndModel& m) { m.clock_drift = percent(1); });
  message([](FrontEndModel& m) { m.aperture_jitter = second(-1e-9); });
  message([](FrontEndModel& m) { m.anti_alias = {.order = 9, .corner = hertz(1000)}; });
  message([](FrontEndModel& m) { m.anti_alias = {.order = 1, .corner = {}}; });
  message([](FrontEndModel& m) {
    m.divider = VoltageDivider{.ratio_error = percent(0), .time_constant = second(-1)};
  });
  message([](FrontEndModel& m) {
    m.rogowski = RogowskiCoil{.mutual_inductance = 0,
                              .integrator_corner = hertz(1),
                              .integrator_noise = {},
                              .integrator_offset = {}};
  });
  const TransformerCore core{
      .ratio = 100, .winding_resistance = 5, .curve = {{1e-3, ampere(1e-4)}}, .initial_flux = {}};
  message([&](FrontEndModel& m) {
    m.core = core;
    m.core->curve.clear();
  });
  message([&](FrontEndModel& m) {
    m.core = core;
    m.core->curve.push_back({.flux = 2e-3, .current = ampere(1e-4)});
  });
  const TransformerPoint point{
      .current = ampere(1), .ratio_error = percent(0), .phase_error = degree(0), .burden = 5};
  BOOST_TEST(
      message([&](FrontEndModel& m) {
        m.core = core;
        m.transformer = {point};
      }) ==
      "front end: 2 current sensors; expected one of transformer, core and rogowski, or none "
      "for a shunt");
  message([&](FrontEndModel& m) {
    m.transformer = {point, point};
    m.transformer.back().current = ampere(2);
    m.transformer.back().burden = 1;
  });
  message([](FrontEndModel& m) {
    m.transformer = {{.current = ampere(1), .ratio_error = percent(0), .phase_error = degree(0)},
                     {.current = ampere(1), .ratio_error = percent(0), .phase_error = degree(0)}};
  });
}

BOOST_AUTO_TEST_SUITE_END()
