// SPDX-License-Identifier: GPL-3.0-or-later
#include "harmonic_view.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numbers>
#include <vector>

#include "code_source.h"
#include "meterrig/twin/meter_core.h"

using namespace meterrig;
using twin::HarmonicView;
using twin::OrderValues;

namespace {

constexpr double rate = 8000;
constexpr double full = 4e6;  // codes, peak of the fundamental

// Sines of the orders, the fundamental among them, r.m.s. in % of it.
std::vector<std::int32_t> codes(std::size_t count, double hertz, const OrderValues& shares,
                                double direct = 0) {
  std::vector<std::int32_t> result;
  result.reserve(count);
  for (std::size_t k = 0; k < count; ++k) {
    double value = direct;
    for (std::size_t order = 1; order < shares.size(); ++order)
      value += shares.at(order) / 100 * full *
               std::sin(2 * std::numbers::pi * hertz * static_cast<double>(order) *
                            static_cast<double>(k) / rate +
                        static_cast<double>(order * order));
    result.push_back(static_cast<std::int32_t>(std::lround(value)));
  }
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(harmonic_view)

// 0.2 s of 8 kHz are 1600 samples, so that 2048 are taken: 12.8 periods of 50 Hz. What a lobe
// reaches beyond five lines and what others' side lobes (92 dB down) leave in it is below 1e-4 of
// the fundamental, rounding to codes far below that.
BOOST_AUTO_TEST_CASE(finds_each_order_at_any_frequency) {
  const HarmonicView view(rate);
  BOOST_REQUIRE(view.length() == 2048);
  OrderValues shares{};
  shares[1] = 100;
  shares[2] = 0.8;
  shares[3] = 10;
  shares[5] = 5;
  shares[6] = 0.5;
  shares[31] = 2;
  shares[62] = 1;
  shares[63] = 3;
  OrderValues other{};
  other[1] = 50;
  other[7] = 4;
  for (const double hertz : {45.0, 49.873, 50.0, 50.317, 55.0}) {
    OrderValues first;
    OrderValues second;
    view.read(codes(view.length(), hertz, shares, 0.02 * full), codes(view.length(), hertz, other),
              hertz / rate, first, second);
    for (std::size_t order = 1; order < shares.size(); ++order) {
      BOOST_TEST_CONTEXT(hertz << " Hz, order " << order) {
        const double unit = 100 / (full / std::numbers::sqrt2);
        BOOST_TEST(std::abs(first.at(order) * unit - shares.at(order)) < 0.01);
        BOOST_TEST(std::abs(second.at(order) * unit - other.at(order)) < 0.01);
      }
    }
  }
}

// 63 x 65 Hz is beyond half the rate.
BOOST_AUTO_TEST_CASE(shows_nothing_of_orders_that_the_rate_cannot_hold) {
  const HarmonicView view(rate);
  OrderValues shares{};
  shares[1] = 100;
  OrderValues first;
  OrderValues second;
  view.read(codes(view.length(), 65, shares), codes(view.length(), 65, shares), 65 / rate, first,
            second);
  BOOST_TEST(first[62] == 0);
  BOOST_TEST(first[63] == 0);
  BOOST_TEST(std::abs(first[1] / (full / std::numbers::sqrt2) - 1) < 1e-4);
}

// 5 % of the fifth in the voltage of L2 and 10 % in the current of L1; the firmware shows the fifth
// 10 % too large. The distortions are those of the true lines.
BOOST_AUTO_TEST_CASE(a_core_shows_the_harmonics_of_each_channel) {
  twin::CoreSettings settings = twin::test::ideal_settings();
  settings.harmonic_errors = std::vector<Percent>(6, percent(0));
  settings.harmonic_errors[5] = percent(10);
  twin::test::Waves waves = twin::test::balanced(230, 5);
  waves.volts[1].harmonic_order = 5;
  waves.volts[1].harmonic_rms = 0.05 * 230;
  waves.amperes[0].harmonic_order = 5;
  waves.amperes[0].harmonic_rms = 0.1 * 5;
  waves.amperes[2].rms = 0;
  twin::test::CodeSource source(settings);
  source.extend(waves, 3 * 8000);
  auto core = twin::MeterCore::create(settings);
  BOOST_REQUIRE(core.has_value());
  std::vector<twin::PulseEdge> edges;
  core->feed(source.codes(), edges);
  twin::Readings shown = core->readings();
  BOOST_TEST((shown[{Measurand::voltage_harmonic, Place::L2, 5}]) == 0.0);
  twin::HarmonicSamples last;
  core->keep_for_harmonics(last);
  core->add_harmonics(last, shown);
  const auto check = [&shown](QuantityId id, double expected) {
    BOOST_TEST(std::abs(shown[id] - expected) < 0.01, to_string(id) << ' ' << shown[id]);
  };
  check({Measurand::voltage_harmonic, Place::L2, 5}, 5.5);
  check({Measurand::voltage_harmonic, Place::L1, 5}, 0);
  check({Measurand::voltage_harmonic, Place::L2, 4}, 0);
  check({Measurand::voltage_thd, Place::L2}, 5);
  check({Measurand::voltage_thd, Place::L1}, 0);
  check({Measurand::current_harmonic, Place::L1, 5}, 11);
  check({Measurand::current_thd, Place::L1}, 10);
  // Without a current there is nothing that a distortion is of.
  BOOST_TEST((shown[{Measurand::current_thd, Place::L3}]) == 0.0);
  twin::Readings copy;
  copy.take_harmonics(shown);
  BOOST_TEST((copy[{Measurand::current_harmonic, Place::L1, 5}] ==
              shown[{Measurand::current_harmonic, Place::L1, 5}]));
  BOOST_TEST(
      (copy[{Measurand::voltage_thd, Place::L2}] == shown[{Measurand::voltage_thd, Place::L2}]));
}

// Of a fundamental of 4 A with 3 A of the third: 75 % of it, 60 % of the 5 A of both.
BOOST_AUTO_TEST_CASE(a_distortion_of_the_whole_value_is_smaller) {
  twin::CoreSettings settings = twin::test::ideal_settings();
  settings.distortion_of_rms = true;
  twin::test::Waves waves = twin::test::balanced(230, 4);
  waves.amperes[0].harmonic_order = 3;
  waves.amperes[0].harmonic_rms = 3;
  twin::test::CodeSource source(settings);
  source.extend(waves, 3 * 8000);
  auto core = twin::MeterCore::create(settings);
  BOOST_REQUIRE(core.has_value());
  std::vector<twin::PulseEdge> edges;
  core->feed(source.codes(), edges);
  twin::Readings shown = core->readings();
  twin::HarmonicSamples last;
  core->keep_for_harmonics(last);
  core->add_harmonics(last, shown);
  BOOST_TEST(std::abs(shown[{Measurand::current_thd, Place::L1}] - 60) < 0.01);
  BOOST_TEST(std::abs(shown[{Measurand::current_harmonic, Place::L1, 3}] - 75) < 0.01);
}

BOOST_AUTO_TEST_SUITE_END()
