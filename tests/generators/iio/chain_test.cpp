// SPDX-License-Identifier: GPL-3.0-or-later
// The chain from output to input is measured, and what is put out is corrected by it.
#include "meterrig/iio/chain.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <complex>
#include <numbers>

#include "driver_rig.h"

using namespace meterrig;

namespace {

constexpr double rate = 32'000;

iio_server::BenchSettings imperfect() {
  iio_server::BenchSettings settings{.wiring = iio_server::three_phase_wiring()};
  int n = 0;
  for (iio_server::Amplifier& amplifier : settings.wiring.amplifiers) {
    amplifier.gain *= 1 + 0.002 * n;
    amplifier.corner = hertz(9000 + 1500 * n);
    amplifier.delay = 31'250 * n;  // of the input's samples a whole number: no beat between clocks
    ++n;
  }
  return settings;
}

iio::ChainSettings settings_of_six() {
  iio::ChainSettings settings{
      .terminals = {}, .orders = {1, 2, 5, 13, 25, 40}, .voltage = volt(230), .current = ampere(5)};
  for (const Phase phase : {Phase::L1, Phase::L2, Phase::L3}) {
    settings.terminals.push_back({.kind = ChannelKind::voltage, .phase = phase});
    settings.terminals.push_back({.kind = ChannelKind::current, .phase = phase});
  }
  return settings;
}

/// Half a code of the output and of the input, in a harmonic of a tenth, or in the whole.
double tolerance(const iio::Terminal& terminal, std::int32_t order) {
  const bool current = terminal.kind == ChannelKind::current;
  const double level = (current ? 5 : 230) * (order > 1 ? 0.1 : 1.0);
  const double half_output = 0.152588e-3 * (current ? 4 : 100) / 2;
  const double half_input = 0.000488281e-3 / (current ? 0.2 : 0.01) / 2;
  return std::numbers::sqrt2 * (half_output + half_input) / level;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(iio_chain)

BOOST_AUTO_TEST_CASE(the_measured_gains_are_those_of_the_amplifiers) {
  const auto bench = imperfect();
  DriverRig rig(three_phase(bench));
  const auto responses = must(iio::measure_chain(*rig.source, *rig.input, settings_of_six()));
  const auto& amplifiers = bench.wiring.amplifiers;  // in the order of the terminals
  BOOST_REQUIRE(responses.size() == amplifiers.size());
  const double start = std::arg(amplifiers.front().response(hertz(50), rate));
  for (std::size_t t = 0; t < responses.size(); ++t) {
    const bool current = responses[t].terminal.kind == ChannelKind::current;
    for (std::size_t k = 0; k < responses[t].points.size(); ++k) {
      const std::int32_t order = settings_of_six().orders.at(k);
      const iio::ChainPoint& point = responses[t].points[k];
      const auto expected = amplifiers[t].response(point.frequency, rate) /
                            (current ? 4.0 : 100.0) * std::polar(1.0, -order * start);
      // The direction of the first terminal's fundamental counts `order` times.
      const double allowed =
          tolerance(responses[t].terminal, order) + order * tolerance(responses[0].terminal, 1);
      BOOST_TEST(std::abs(point.gain - expected) < allowed,
                 "terminal " << t << " order " << order << ": " << point.gain << " instead of "
                             << expected);
      BOOST_TEST(point.modulus_uncertainty < allowed);
      BOOST_TEST(point.angle_uncertainty.in(radian) < allowed);
    }
  }
  BOOST_TEST(!must(rig.source->read_back()).on);
}

BOOST_AUTO_TEST_CASE(a_source_that_is_corrected_by_it_is_ideal) {
  const auto bench = imperfect();
  DriverRig rig(three_phase(bench));
  const auto measured = must(iio::measure_chain(*rig.source, *rig.input, settings_of_six()));
  iio::DacSettings outputs = three_phase_outputs();
  for (std::size_t t = 0; t < measured.size(); ++t)
    outputs.channels.at(t).correction = must(measured[t].correction());
  rig.source.reset();
  rig.source = must(iio::DacSource::open(rig.context, outputs));
  const auto again = must(iio::measure_chain(*rig.source, *rig.input, settings_of_six()));
  for (const iio::ChainResponse& response : again)
    for (std::size_t k = 0; k < response.points.size(); ++k) {
      const std::int32_t order = settings_of_six().orders.at(k);
      // Once in the correction and once in what is measured here.
      const double allowed =
          2 * (tolerance(response.terminal, order) + order * tolerance(again[0].terminal, 1));
      BOOST_TEST(std::abs(response.points[k].gain - 1.0) < allowed);
    }
  // Nothing is known between 2000 Hz and the 50th.
  SignalRecipe recipe = must(recipe_of(three_phase_point()));
  recipe.voltage.at(0).components.push_back({.order = 50, .rms = volt(1), .phase = degree(0)});
  const auto refused = rig.source->apply(recipe);
  BOOST_REQUIRE(!refused.has_value());
  BOOST_TEST(refused.error().message ==
             "no correction is known at 2500 Hz; it is from 50 Hz to 2000 Hz");
}

BOOST_AUTO_TEST_CASE(a_fundamental_whose_whole_periods_make_a_long_buffer_is_measured_too) {
  DriverRig rig(three_phase(imperfect()));
  iio::ChainSettings settings = settings_of_six();
  settings.fundamental = hertz(45);  // 51 200 samples have 9 periods: more than comes in one piece
  settings.orders = {1};
  const auto measured = must(iio::measure_chain(*rig.source, *rig.input, settings));
  BOOST_TEST(measured.at(0).points.at(0).frequency.in(hertz) == 45);
  BOOST_TEST(std::abs(std::abs(measured.at(0).points.at(0).gain) - 1) < 1e-4);
}

BOOST_AUTO_TEST_CASE(declared_gain_delay_and_phase_shift_are_taken_off) {
  auto bench = imperfect();
  for (auto& amplifier : bench.wiring.amplifiers) amplifier.corner = Frequency();
  iio::DacSettings outputs = three_phase_outputs();
  for (std::size_t t = 0; t < outputs.channels.size(); ++t) {
    outputs.channels[t].gain = bench.wiring.amplifiers[t].gain;
    outputs.channels[t].delay =
        microsecond(static_cast<double>(bench.wiring.amplifiers[t].delay) / 1000);
  }
  outputs.channels.at(1).phase_shift = degree(-2);  // which the amplifier does not have
  DriverRig rig(three_phase(bench), outputs);
  const auto measured = must(iio::measure_chain(*rig.source, *rig.input, settings_of_six()));
  for (std::size_t t = 0; t < measured.size(); ++t)
    for (std::size_t k = 0; k < measured[t].points.size(); ++k) {
      const std::int32_t order = settings_of_six().orders.at(k);
      const double allowed =
          tolerance(measured[t].terminal, order) + order * tolerance(measured[0].terminal, 1);
      const auto expected = std::polar(1.0, degree(t == 1 ? 2 : 0).in(radian));
      BOOST_TEST(std::abs(measured[t].points[k].gain - expected) < allowed);
    }
}

BOOST_AUTO_TEST_CASE(noise_shows_in_the_uncertainty_from_repeats) {
  auto bench = imperfect();
  constexpr double noise = 0.5;  // V
  for (auto& amplifier : bench.wiring.amplifiers) amplifier.noise_rms = noise;
  bench.wiring.noise_seed = 7;
  DriverRig rig(three_phase(bench));
  iio::ChainSettings settings = settings_of_six();
  settings.terminals = {{.kind = ChannelKind::voltage, .phase = Phase::L1}};
  settings.orders = {1};
  settings.repeats = 20;
  const auto measured = must(iio::measure_chain(*rig.source, *rig.input, settings));
  // A phasor of N samples has noise sigma / sqrt(N) in each direction, in r.m.s. values.
  const double expected = noise / std::sqrt(20 * 640.0) / 230 / std::sqrt(20.0);
  // With 19 degrees of freedom a deviation is within 0.6 to 1.5 of itself, but once in a thousand.
  const double found = measured.at(0).points.at(0).modulus_uncertainty;
  BOOST_TEST(found > 0.5 * expected);
  BOOST_TEST(found < 1.6 * expected);
}

BOOST_AUTO_TEST_CASE(a_chain_that_is_cut_is_an_error_and_leaves_the_source_off) {
  auto bench = imperfect();
  bench.wiring.sensors.erase(bench.wiring.sensors.begin() + 1);
  DriverRig rig(three_phase(bench));
  const auto measured = iio::measure_chain(*rig.source, *rig.input, settings_of_six());
  BOOST_REQUIRE(!measured.has_value());
  BOOST_TEST(name(measured.error().code) == name(ErrorCode::aborted));
  BOOST_TEST(measured.error().message == "current L1: 0 came back of 5");
  BOOST_TEST(!must(rig.source->read_back()).on);
}

BOOST_AUTO_TEST_SUITE_END()
