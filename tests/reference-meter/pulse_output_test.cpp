// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/reference/pulse_output.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <numbers>

#include "random_signal.h"

using namespace meterrig;
using namespace meterrig::reference;

namespace {

constexpr Rational eight_kilohertz{8000, 1};
constexpr long double two_pi = 2 * std::numbers::pi_v<long double>;

// One phase, 230 V, frequency in hertz.
SignalRecipe single(double amperes, double lag, Rational frequency = {50, 1}) {
  return *recipe_of({.frequency = hertz(frequency.value()),
                     .voltage = {volt(230), volt(0), volt(0)},
                     .voltage_angle = {degree(0), degree(0), degree(0)},
                     .current = {ampere(amperes), ampere(0), ampere(0)},
                     .displacement = {degree(lag), degree(0), degree(0)}});
}

// u i = S (cos(phi) - cos(2 w t - phi)); its integral from 0, in watt seconds.
long double energy_of(long double s, long double lag, long double frequency, long double t) {
  const long double phi = lag * two_pi / 360;
  const long double w = two_pi * frequency;
  return s * (std::cos(phi) * t - (std::sin(2 * w * t - phi) + std::sin(phi)) / (2 * w));
}

PulseOutputSettings settings(double constant, PulseDirection direction = PulseDirection::import_) {
  return {.energy = PulsedEnergy::active,
          .constant = impulse_per_kilowatt_hour(constant),
          .width = microsecond(500),
          .direction = direction};
}

PulseOutput output(const PulseOutputSettings& from) {
  const auto made = PulseOutput::create(from);
  BOOST_TEST_REQUIRE(made.has_value());
  return *made;
}

// Feeds one recipe after another, `counts` samples of each.
std::vector<PulseEdges> pulses_of(PulseOutput& pulse_output,
                                  const std::vector<std::pair<SignalRecipe, std::int64_t>>& recipes,
                                  std::int64_t block = 1600) {
  EnergyMeter meter(eight_kilohertz, hertz(50));
  std::vector<PulseEdges> pulses;
  std::int64_t at = 0;
  for (const auto& [recipe, count] : recipes) {
    const std::int64_t end = at + count;
    for (; at < end; at += block) {
      const SampleBlock samples = samples_of(recipe, eight_kilohertz, at,
                                             static_cast<std::size_t>(std::min(block, end - at)));
      BOOST_TEST_REQUIRE(meter.feed(samples).has_value());
      BOOST_TEST_REQUIRE(pulse_output.follow(samples, meter, pulses).has_value());
      if (const auto from = pulse_output.needed_from()) meter.forget_before(*from);
    }
    at = end;
  }
  return pulses;
}

long double seconds(const PulseEdges& pulse) {
  return (static_cast<long double>(pulse.rise.nanoseconds) + pulse.rise_part) * 1e-9L;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(pulse_output)

// 1150 W and its ripple, which stands still twice a period; 10^6 imp/kWh, 319 pulses a second. The
// energy at an edge is that of n pulses to 1e-9 of power times period; the start, which 6 samples
// know to 7e-9 S of a sample interval, is 4e-11 of it. Where the power is above a hundredth of its
// mean, the edge is right to a hundred times that.
BOOST_AUTO_TEST_CASE(edges_are_where_the_closed_form_crosses) {
  for (const Rational frequency : {Rational{50, 1}, Rational{4987, 100}, Rational{60, 1}}) {
    PulseOutput out = output(settings(1e6));
    const auto pulses = pulses_of(out, {{single(5, 0, frequency), 16000}});
    const long double f = frequency.value();
    const double expected = static_cast<double>(energy_of(1150, 0, f, 2 - 9 / 8000.0L) / 3.6L);
    BOOST_TEST_REQUIRE(std::abs(static_cast<double>(pulses.size()) - expected) < 1);
    BOOST_TEST(out.count() == static_cast<std::int64_t>(pulses.size()));
    double worst = 0;
    double worst_time = 0;
    for (std::size_t n = 0; n < pulses.size(); ++n) {
      const long double t = seconds(pulses[n]);
      const long double target = 3.6L * static_cast<long double>(n + 1);
      worst = std::max(worst, static_cast<double>(std::abs(energy_of(1150, 0, f, t) - target)));
      BOOST_TEST(pulses[n].number == static_cast<std::int64_t>(n + 1));
      // Newton from the edge to the crossing itself
      const long double power = 1150 * (1 - std::cos(2 * two_pi * f * t));
      if (power < 11.5L) continue;
      worst_time = std::max(
          worst_time, static_cast<double>(std::abs((energy_of(1150, 0, f, t) - target) / power)));
    }
    BOOST_TEST(worst < 1e-9 * 1150 * 0.02);
    BOOST_TEST(worst_time < 100 * 1e-9 * 0.02);
  }
}

// Three phases alike have no ripple: pulses come as a clock does.
BOOST_AUTO_TEST_CASE(a_symmetrical_load_makes_pulses_at_even_distances) {
  const SignalRecipe recipe = *recipe_of({.frequency = hertz(50),
                                          .voltage = {volt(230), volt(230), volt(230)},
                                          .voltage_angle = {degree(0), degree(-120), degree(120)},
                                          .current = {ampere(5), ampere(5), ampere(5)},
                                          .displacement = {degree(30), degree(30), degree(30)}});
  PulseOutput out = output(settings(1e5));
  const auto pulses = pulses_of(out, {{recipe, 16000}});
  const long double interval = 36 / (3450 * std::cos(two_pi / 12));
  BOOST_TEST_REQUIRE(pulses.size() > 150);
  for (std::size_t n = 0; n < pulses.size(); ++n)
    BOOST_TEST(std::abs(static_cast<double>(seconds(pulses[n]) -
                                            interval * static_cast<long double>(n + 1))) < 2e-11);
}

// At 60 degrees energy flows back for a third of the time. Each pulse is where its energy was
// reached first, found here on a grid of the closed form; and none is missing.
BOOST_AUTO_TEST_CASE(power_that_changes_sign_makes_pulses_once_at_the_first_time) {
  for (const double lag : {60.0, 85.0, -75.0}) {
    PulseOutputSettings with = settings(1e6);
    with.hysteresis = 0.01;
    PulseOutput out = output(with);
    const auto pulses = pulses_of(out, {{single(5, lag), 16000}});
    std::size_t n = 0;
    long double greatest = 0;
    const long double step = 1e-6L;
    for (std::int64_t k = 1; k <= 1'998'000; ++k) {
      const long double t = static_cast<long double>(k) * step;
      const long double energy = energy_of(1150, lag, 50, t);
      greatest = std::max(greatest, energy);
      // the grid's step is 2 mWs of the power at most: pulses within it are told below
      while (n < pulses.size() && seconds(pulses[n]) <= t - step) {
        BOOST_TEST_REQUIRE(greatest >= 3.6L * static_cast<long double>(n + 1) - 1e-8L);
        ++n;
      }
      if (greatest > 3.6L * static_cast<long double>(n + 1) + 0.003L)
        BOOST_TEST_REQUIRE((n < pulses.size() && seconds(pulses[n]) <= t));
    }
    BOOST_TEST(n > 20U);
    for (std::size_t k = 0; k < pulses.size(); ++k)
      BOOST_TEST(std::abs(static_cast<double>(energy_of(1150, lag, 50, seconds(pulses[k])) -
                                              3.6L * static_cast<long double>(k + 1))) <
                 1e-9 * 1150 * 0.02);
  }
}

// At 60 degrees the energy has its peaks at whole half periods, P n T / 2, mostly between samples.
// A pulse 1e-7 Ws below a peak rises within 0.6 us before it, for the power falls by S 2 w sin(phi)
// = 6.2e5 W/s there; an edge that is missed comes 3.3 ms later, when the energy is there again.
BOOST_AUTO_TEST_CASE(a_pulse_just_below_a_peak_of_the_energy_is_found_before_it) {
  const long double frequency = 49.87L;
  const SampleBlock block = samples_of(single(5, 60, {4987, 100}), eight_kilohertz, 0, 8000);
  EnergyMeter meter(eight_kilohertz, hertz(50));
  BOOST_TEST_REQUIRE(meter.feed(block).has_value());
  for (int n = 20; n < 95; ++n) {
    const long double peak = static_cast<long double>(n) / (2 * frequency);
    const long double target = energy_of(1150, 60, frequency, peak) - 1e-7L;
    PulseOutput out = output(settings(static_cast<double>(3.6e6L / target)));
    std::vector<PulseEdges> pulses;
    BOOST_TEST_REQUIRE(out.follow(block, meter, pulses).has_value());
    BOOST_TEST_REQUIRE(!pulses.empty());
    const long double early = peak - seconds(pulses[0]);
    BOOST_TEST_CONTEXT("peak " << n << " " << static_cast<double>(early) << " s early")
    BOOST_TEST((early > 0.5e-6L && early < 0.6e-6L));
  }
}

// No mean power: the energy swings by S / (2 pi f) = 3.66 Ws, more than a pulse of 10^6 imp/kWh, at
// the first swing; with hysteresis above the swing there are no more, without one pulses go on.
BOOST_AUTO_TEST_CASE(reactive_load_makes_no_pulses_but_for_its_first_swing) {
  PulseOutputSettings with = settings(1e6);
  with.hysteresis = 0.0011;  // Wh, 3.96 Ws
  for (const auto direction : {PulseDirection::import_, PulseDirection::export_}) {
    with.direction = direction;
    PulseOutput out = output(with);
    BOOST_TEST(pulses_of(out, {{single(5, 90), 16000}}).size() <= 1);
  }
  with.direction = PulseDirection::import_;
  with.hysteresis = 0;
  PulseOutput sensitive = output(with);
  BOOST_TEST(pulses_of(sensitive, {{single(5, 90), 16000}}).size() > 150);
}

// 2 s of import, 3 s of export, 2 s of import of 1150 W (ripple apart): each direction counts its
// own, the second import after the hysteresis; no pulse is given twice.
BOOST_AUTO_TEST_CASE(each_direction_counts_its_own_energy) {
  const std::vector<std::pair<SignalRecipe, std::int64_t>> turns{
      {single(5, 0), 16000}, {single(5, 180), 24000}, {single(5, 0), 16000}};
  const double h = 0.002;  // Wh, 7.2 Ws
  const auto with = [h](PulseDirection direction) {
    PulseOutputSettings result = settings(1e6, direction);
    result.hysteresis = h;
    return result;
  };
  PulseOutput import_output = output(with(PulseDirection::import_));
  PulseOutput export_output = output(with(PulseDirection::export_));
  PulseOutput both_output = output(with(PulseDirection::absolute));
  const auto imported = pulses_of(import_output, turns);
  const auto exported = pulses_of(export_output, turns);
  const auto both = pulses_of(both_output, turns);
  // 2300 Ws, then 2300 - 7.2 less 9 samples; 3450 - 7.2
  const double tail = static_cast<double>(energy_of(1150, 0, 50, 2 - 9 / 8000.0L));
  BOOST_TEST(std::abs(static_cast<double>(imported.size()) - (2300 + tail - 7.2) / 3.6) < 1);
  BOOST_TEST(std::abs(static_cast<double>(exported.size()) - (3450 - 7.2) / 3.6) < 1);
  BOOST_TEST(std::abs(static_cast<double>(both.size()) - (2300 + tail + 3450 - 2 * 7.2) / 3.6) < 1);
  std::size_t in_export = 0;
  for (const PulseEdges& pulse : imported)
    if (seconds(pulse) > 2.0001L && seconds(pulse) < 4.9999L) ++in_export;
  BOOST_TEST(in_export == 0U);
  for (std::size_t n = 1; n < both.size(); ++n)
    BOOST_TEST((seconds(both[n]) > seconds(both[n - 1])));
  // The first export pulse: energy has flowed back by h and one pulse. Where the current turns, the
  // power has a kink that no polynomial follows: its second derivative jumps by 8 S w^2 = 9e8
  // W/s^2, which is a hundredth of that times the cube of a sample interval in the energy.
  const long double first = seconds(exported[0]) - 2;
  BOOST_TEST(std::abs(static_cast<double>(energy_of(1150, 0, 50, first)) - 7.2 - 3.6) < 1e-4);
}

BOOST_AUTO_TEST_CASE(edges_do_not_depend_on_the_blocks) {
  std::mt19937_64 random(4);
  const SignalRecipe recipe = random_recipe(random, {5013, 100}, 9);
  PulseOutput first = output(settings(2e5, PulseDirection::absolute));
  const auto expected = pulses_of(first, {{recipe, 8000}}, 8000);
  BOOST_TEST_REQUIRE(expected.size() > 20);
  for (const std::int64_t block : {1, 7, 333}) {
    PulseOutput out = output(settings(2e5, PulseDirection::absolute));
    const auto pulses = pulses_of(out, {{recipe, 8000}}, block);
    BOOST_TEST_REQUIRE(pulses.size() == expected.size());
    for (std::size_t n = 0; n < pulses.size(); ++n)
      BOOST_TEST(std::abs(static_cast<double>(seconds(pulses[n]) - seconds(expected[n]))) < 1e-12);
  }
}

// 51.2 kS/s: samples lie between nanoseconds.
BOOST_AUTO_TEST_CASE(rates_whose_samples_are_no_whole_nanoseconds_are_followed) {
  const Rational rate{51200, 1};
  EnergyMeter meter(rate, hertz(50));
  PulseOutput out = output(settings(1e6));
  const SampleBlock block = samples_of(single(5, 60), rate, 0, 51200);
  BOOST_TEST_REQUIRE(meter.feed(block).has_value());
  std::vector<PulseEdges> pulses;
  BOOST_TEST_REQUIRE(out.follow(block, meter, pulses).has_value());
  BOOST_TEST_REQUIRE(pulses.size() > 100);
  for (std::size_t n = 0; n < pulses.size(); ++n)
    BOOST_TEST(std::abs(static_cast<double>(energy_of(1150, 60, 50, seconds(pulses[n])) -
                                            3.6L * static_cast<long double>(n + 1))) <
               1e-9 * 1150 * 0.02);
}

BOOST_AUTO_TEST_CASE(a_pulse_falls_after_its_width_and_tells_when_it_is_too_wide) {
  PulseOutputSettings wide = settings(1e6);
  wide.width = millisecond(30);
  PulseOutput out = output(wide);
  std::vector<PulseEdges> pulses;
  // 3.6 Ws a pulse: 60 W make one in 60 ms, 180 W one in 20 ms
  BOOST_TEST_REQUIRE(out.add(watt_second(60), {0}, {1'000'000'000}, pulses).has_value());
  BOOST_TEST_REQUIRE(
      out.add(watt_second(180), {1'000'000'000}, {2'000'000'000}, pulses).has_value());
  BOOST_TEST_REQUIRE(pulses.size() == 66U);
  BOOST_TEST(pulses[0].rise.nanoseconds == 60'000'000);
  BOOST_TEST(pulses[0].fall.nanoseconds == 90'000'000);
  BOOST_TEST(!pulses[15].merged);
  BOOST_TEST(!pulses[16].merged);
  BOOST_TEST(pulses[20].merged);
  for (std::size_t n = 0; n < 16; ++n)
    BOOST_TEST(std::abs(static_cast<double>(seconds(pulses[n]) -
                                            0.06L * static_cast<long double>(n + 1))) < 1e-14);
}

// Windows of reactive energy: quadrant by quadrant the sign is the direction, and the lost motion
// that of the settings, half a pulse.
BOOST_AUTO_TEST_CASE(reactive_energy_of_windows_makes_pulses) {
  PulseOutputSettings reactive = settings(1000, PulseDirection::export_);
  reactive.energy = PulsedEnergy::reactive;
  PulseOutput out = output(reactive);
  std::vector<PulseEdges> pulses;
  std::int64_t at = 0;
  for (const double varh : {5.25, -3.0, 0.25, -2.0}) {
    BOOST_TEST_REQUIRE(out.add(var_hour(varh), {at}, {at + 3'600'000'000'000}, pulses).has_value());
    at += 3'600'000'000'000;
  }
  // -3: half a varh lost, 2.5 counted, at 1.5 and 2.5 of 3; -2: 0.25 lost, 1.75 counted on 0.5
  BOOST_TEST_REQUIRE(pulses.size() == 4U);
  BOOST_TEST(std::abs(static_cast<double>(seconds(pulses[0])) - 3600 * 1.5) < 1e-9);
  BOOST_TEST(std::abs(static_cast<double>(seconds(pulses[1])) - 3600 * (1 + 2.5 / 3)) < 1e-9);
  BOOST_TEST(std::abs(static_cast<double>(seconds(pulses[2])) - 3600 * (3 + 0.75 / 2)) < 1e-9);
  BOOST_TEST(std::abs(static_cast<double>(seconds(pulses[3])) - 3600 * (3 + 1.75 / 2)) < 1e-9);
  PulseOutputSettings apparent = settings(1000);
  apparent.energy = PulsedEnergy::apparent;
  PulseOutput third = output(apparent);
  BOOST_TEST(third.add(volt_ampere_hour(3.5), {0}, {1000}, pulses).has_value());
  BOOST_TEST(third.count() == 3);
}

// A day of 1 kW and more in windows of 0.2 s at 10 000 imp/kWh: the last pulse is where it must be.
BOOST_AUTO_TEST_CASE(a_day_of_windows_loses_no_pulse) {
  PulseOutput out = output(settings(10000));
  std::vector<PulseEdges> pulses;
  const double hours = 1234.5678 * 0.2 / 3600;
  for (std::int64_t k = 0; k < 432'000; ++k) {
    pulses.clear();
    BOOST_TEST_REQUIRE(
        out.add(watt_hour(hours), {k * 200'000'000}, {(k + 1) * 200'000'000}, pulses).has_value());
  }
  BOOST_TEST(out.count() == 296296);  // 1.2345678 kW * 24 h * 10 000 / kWh = 296296.27
}

BOOST_AUTO_TEST_CASE(settings_and_calls_that_make_no_sense_are_refused) {
  const auto code = [](const PulseOutputSettings& bad) {
    const auto made = PulseOutput::create(bad);
    BOOST_TEST_REQUIRE(!made.has_value());
    return made.error().code;
  };
  for (const double constant : {0.0, -1.0, 1e-4, 2e9, std::numeric_limits<double>::quiet_NaN()})
    BOOST_TEST((code(settings(constant)) == ErrorCode::out_of_range));
  PulseOutputSettings bad = settings(1000);
  bad.width = second(0);
  BOOST_TEST((code(bad) == ErrorCode::out_of_range));
  bad = settings(1000);
  bad.hysteresis = -1;
  BOOST_TEST((code(bad) == ErrorCode::out_of_range));

  std::vector<PulseEdges> pulses;
  PulseOutput out = output(settings(1000));
  BOOST_TEST(
      (out.add(var_hour(1), {0}, {10}, pulses).error().code == ErrorCode::failed_precondition));
  BOOST_TEST(
      (out.add(watt_hour(1), {10}, {10}, pulses).error().code == ErrorCode::invalid_argument));
  BOOST_TEST(
      (out.add(ActiveEnergy{}, {0}, {10}, pulses).error().code == ErrorCode::invalid_argument));
  BOOST_TEST((out.add(watt_hour(1e8), {0}, {10}, pulses).error().code == ErrorCode::out_of_range));
  BOOST_TEST(out.add(watt_hour(1), {0}, {10}, pulses).has_value());
  BOOST_TEST(
      (out.add(watt_hour(1), {9}, {20}, pulses).error().code == ErrorCode::failed_precondition));
  BOOST_TEST(out.count() == 1);

  PulseOutput following = output(settings(1000));
  EnergyMeter meter(eight_kilohertz, hertz(50));
  const SampleBlock block = samples_of(single(5, 0), eight_kilohertz, 0, 800);
  const auto follow = [&](PulseOutput& with, const SampleBlock& samples) {
    return with.follow(samples, meter, pulses).error().code;
  };
  BOOST_TEST((follow(following, block) == ErrorCode::failed_precondition));  // not fed
  BOOST_TEST_REQUIRE(meter.feed(block).has_value());
  BOOST_TEST_REQUIRE(following.follow(block, meter, pulses).has_value());
  BOOST_TEST((follow(following, block) == ErrorCode::failed_precondition));  // again
  BOOST_TEST((follow(out, block) == ErrorCode::failed_precondition));
  SampleBlock huge = block;
  std::fill(huge.volts(1).begin(), huge.volts(1).end(), 1e9);
  std::fill(huge.amperes(1).begin(), huge.amperes(1).end(), 1e9);
  PulseOutput flooded = output(settings(1000));
  BOOST_TEST((follow(flooded, huge) == ErrorCode::out_of_range));
  BOOST_TEST((following.add(watt_hour(1), {0}, {10}, pulses).error().code ==
              ErrorCode::failed_precondition));
  const SampleBlock next = samples_of(single(5, 0), eight_kilohertz, 800, 80000);
  BOOST_TEST_REQUIRE(meter.feed(next).has_value());
  meter.forget_before({5'000'000'000});
  BOOST_TEST((follow(following, next) == ErrorCode::failed_precondition));
}

BOOST_AUTO_TEST_SUITE_END()
