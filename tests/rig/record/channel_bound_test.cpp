// SPDX-License-Identifier: GPL-3.0-or-later
#include "channel_bound.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <functional>
#include <numbers>
#include <random>

#include "form_lines.h"

using namespace meterrig;
using namespace meterrig::record;

namespace {

constexpr double root = std::numbers::sqrt2;

using Volts = Channel<VoltageKind>;

Volts sine(double rms) {
  Volts channel;
  channel.components = {{.order = 1, .rms = volt(rms), .phase = degree(0)}};
  return channel;
}

Form<VoltageKind> form(FormKind kind, double rms) {
  return {.kind = kind, .rms = volt(rms), .phase = degree(0), .angle = degree(90)};
}

double greatest_of(const Form<VoltageKind>& form) {
  const synthesis::FormLines lines = synthesis::lines_of(form);
  double greatest = 0;
  constexpr int points = 4001;
  for (int k = 0; k < points; ++k) {
    double sum = lines.dc;
    for (const auto& line : lines.lines) {
      const double x = 2 * std::numbers::pi * line.order * k / points;
      sum += line.sine * std::sin(x) + line.cosine * std::cos(x);
    }
    greatest = std::max(greatest, std::abs(sum));
  }
  return greatest;
}

bool near(double found, double expected) { return std::abs(found - expected) < 1e-9; }

}  // namespace

BOOST_AUTO_TEST_SUITE(channel_bound)

BOOST_AUTO_TEST_CASE(a_form_never_exceeds_it_whatever_its_highest_order) {
  std::mt19937_64 random(8);
  for (const FormKind kind :
       {FormKind::half_wave, FormKind::phase_fired_leading, FormKind::phase_fired_trailing,
        FormKind::burst_fired, FormKind::rectifier}) {
    double closest = 0;
    for (int trial = 0; trial < 60; ++trial) {
      Volts channel;
      Form<VoltageKind> one = form(kind, 10);
      one.angle = degree(std::uniform_real_distribution<double>(1, 179)(random));
      one.highest_order = std::uniform_int_distribution<std::int32_t>(1, 63)(random);
      one.on_cycles = std::uniform_int_distribution<std::int32_t>(1, 3)(random);
      one.off_cycles = std::uniform_int_distribution<std::int32_t>(1, 3)(random);
      channel.forms = {one};
      const double share = greatest_of(one) / bound(channel);
      BOOST_TEST(share < 1, "kind " << static_cast<int>(kind) << ", " << one.angle.in(degree)
                                    << " deg, order " << one.highest_order);
      closest = std::max(closest, share);
    }
    BOOST_TEST(closest > 0.7);  // nor is it far away
  }
}

BOOST_AUTO_TEST_CASE(every_part_counts_at_its_peak) {
  BOOST_TEST(near(bound(sine(10)), 10 * root));
  Volts all = sine(10);
  all.dc = volt(-3);
  all.noise_rms = volt(0.5);
  all.tones = {
      {.frequency = {179, 1}, .rms = volt(2), .phase = degree(0), .frequency_changes = {}}};
  all.noise_bands = {{.lowest = hertz(1), .highest = hertz(2), .rms = volt(0.25)}};
  all.dc_changes = {{.start = {}, .value = volt(-4), .ramp = second(0), .hold = {}}};
  all.also = {sine(1)};
  BOOST_TEST(near(bound(all), 3 + 6 * 0.75 + 4 + root * (10 + 2 + 1)));
  // 10 % up and down, and a swell to 120 %; the dip does not lower it. dc stays.
  all.amplitude_modulations = {{.shape = ModulationShape::sine,
                                .frequency = {1, 1},
                                .depth = percent(10),
                                .phase = degree(0)}};
  all.amplitude_changes = {{.start = {}, .value = percent(120), .ramp = second(0), .hold = {}},
                           {.start = {}, .value = percent(40), .ramp = second(0), .hold = {}}};
  BOOST_TEST(near(bound(all), 3 + 6 * 0.75 + 4 + root * (12 * 1.1 * 1.2 + 1)));
}

BOOST_AUTO_TEST_CASE(a_channel_is_silent_until_it_has_any_part) {
  const auto sounds = [](const std::function<void(Volts&)>& change) {
    Volts channel;
    channel.also.resize(1);
    if (!silent(channel)) return false;
    change(channel);
    return !silent(channel);
  };
  BOOST_TEST(sounds([](Volts& c) { c.dc = volt(1); }));
  BOOST_TEST(sounds([](Volts& c) { c.noise_rms = volt(1); }));
  BOOST_TEST(sounds([](Volts& c) { c.components.resize(1); }));
  BOOST_TEST(sounds([](Volts& c) { c.forms.resize(1); }));
  BOOST_TEST(sounds([](Volts& c) { c.tones.resize(1); }));
  BOOST_TEST(sounds([](Volts& c) { c.noise_bands.resize(1); }));
  BOOST_TEST(sounds([](Volts& c) { c.dc_changes.resize(1); }));
  BOOST_TEST(sounds([](Volts& c) { c.also.front().forms.resize(1); }));
  // What only changes an amplitude makes no sound.
  BOOST_TEST(!sounds([](Volts& c) { c.amplitude_changes.resize(1); }));
  BOOST_TEST(!sounds([](Volts& c) { c.dc = volt(0); }));
}

BOOST_AUTO_TEST_CASE(full_scales_are_round) {
  for (const auto& [value, scale] :
       {std::pair{0.0, 1.0}, {1.0, 1.0}, {1.01, 2.0}, {5.0, 5.0}, {339.4, 500.0}, {600, 1000.0}})
    BOOST_TEST(near(full_scale_for(value), scale), value);
  BOOST_TEST(near(full_scale_for(0.03), 0.05));
}

BOOST_AUTO_TEST_SUITE_END()
