// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/reference/connection.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <numbers>

#include "meterrig/reference/second_algorithm.h"
#include "random_signal.h"

using namespace meterrig;
using namespace meterrig::reference;
using enum meterrig::reference::Connection;

namespace {

constexpr Rational eight_kilohertz{8000, 1};

MeterReading elements_of(Connection connection, const SampleBlock& lines) {
  SampleBlock elements;
  to_elements(connection, lines, elements);
  const auto reading = measure(elements);
  BOOST_TEST_REQUIRE(reading.has_value());
  return *reading;
}

// Its currents return through each other.
SampleBlock three_wires(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  SampleBlock block = samples_of(random_recipe(random, {50, 1}, 20), eight_kilohertz, 0, 3200);
  for (std::size_t n = 0; n < block.count(); ++n)
    block.amperes(1)[n] = -block.amperes(0)[n] - block.amperes(2)[n];
  return block;
}

SampleBlock symmetrical(double lag) {
  const OperatingPoint point{.frequency = hertz(50),
                             .voltage = {volt(230), volt(230), volt(230)},
                             .voltage_angle = {degree(0), degree(-120), degree(120)},
                             .current = {ampere(5), ampere(5), ampere(5)},
                             .displacement = {degree(lag), degree(lag), degree(lag)}};
  return samples_of(*recipe_of(point), eight_kilohertz, 0, 3200);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(connection)

BOOST_AUTO_TEST_CASE(connections_have_names) {
  for (const Connection c :
       {one_phase_two_wire, two_phase_three_wire, three_phase_three_wire, three_phase_four_wire}) {
    const auto parsed = parse_connection(name(c));
    BOOST_TEST_REQUIRE(parsed.has_value());
    BOOST_TEST((*parsed == c));
  }
  BOOST_TEST(name(three_phase_three_wire) == "3P3W");
  const auto wrong = parse_connection("3p3w");
  BOOST_TEST_REQUIRE(!wrong.has_value());
  BOOST_TEST(wrong.error().message.find("3P3W") != std::string::npos);
  BOOST_TEST(element_count(one_phase_two_wire) == 1);
  BOOST_TEST(element_count(two_phase_three_wire) == 2);
  BOOST_TEST(element_count(three_phase_three_wire) == 2);
  BOOST_TEST(element_count(three_phase_four_wire) == 3);
}

// Blondel: two elements measure P and Q1 of three lines whose currents return, whatever the waves.
// Leakage of measure() is of the elements' U I, sqrt(3) of the lines'.
BOOST_AUTO_TEST_CASE(two_elements_measure_three_wires) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const SampleBlock lines = three_wires(seed);
    const MeterReading three = elements_of(three_phase_four_wire, lines);
    const ConnectionTotals two =
        totals(three_phase_three_wire, elements_of(three_phase_three_wire, lines));
    const double s = three.s_total.in(volt_ampere);
    BOOST_TEST(std::abs((two.p - three.p_total).in(watt)) < 1e-11 * s);
    BOOST_TEST(std::abs((two.q1 - three.q1_total).in(var)) < 1e-11 * s);
  }
}

// With a neutral they do not: a current in L2 alone is not seen by either.
BOOST_AUTO_TEST_CASE(two_elements_miss_what_returns_elsewhere) {
  SampleBlock lines = symmetrical(0);
  std::fill(lines.amperes(0).begin(), lines.amperes(0).end(), 0.0);
  std::fill(lines.amperes(2).begin(), lines.amperes(2).end(), 0.0);
  const MeterReading reading = elements_of(three_phase_three_wire, lines);
  BOOST_TEST(totals(three_phase_three_wire, reading).p.in(watt) == 0.0);
}

BOOST_AUTO_TEST_CASE(totals_of_a_symmetrical_load_are_those_of_the_textbook) {
  for (const double lag : {0.0, 30.0, 60.0, 75.0, -40.0}) {
    const SampleBlock lines = symmetrical(lag);
    const double phi = lag * std::numbers::pi / 180;
    const auto check = [&](Connection c, double elements) {
      const ConnectionTotals found = totals(c, elements_of(c, lines));
      BOOST_TEST_CONTEXT(name(c) << " " << lag) {
        BOOST_TEST(std::abs(found.p.in(watt)-elements * 1150 * std::cos(phi)) < 1e-8);
        BOOST_TEST(std::abs(found.q1.in(var)-elements * 1150 * std::sin(phi)) < 1e-8);
        BOOST_TEST(std::abs(found.s.in(volt_ampere)-elements * 1150) < 1e-8);
        BOOST_TEST(std::abs(found.power_factor - std::cos(phi)) < 1e-11);
      }
    };
    check(one_phase_two_wire, 1);
    check(two_phase_three_wire, 2);
    check(three_phase_three_wire, 3);  // sqrt(3) U_12 I
    check(three_phase_four_wire, 3);
  }
  // At 60 degrees the element of L1 stands still and that of L3 measures all.
  const MeterReading aron = elements_of(three_phase_three_wire, symmetrical(60));
  BOOST_TEST(std::abs(aron.phase[0].p.in(watt)) < 1e-8);
  BOOST_TEST(std::abs(aron.phase[2].p.in(watt)-1725) < 1e-8);
}

BOOST_AUTO_TEST_CASE(line_voltages_and_the_neutral_current_are_read_from_samples) {
  std::mt19937_64 random(3);
  const SampleBlock lines =
      samples_of(random_recipe(random, {50, 1}, 20), eight_kilohertz, 5, 3200);
  SampleBlock between;
  to_line_voltages(lines, between);
  BOOST_TEST(between.first_sample == 5);
  const auto reading = measure(between);
  const auto second = measure_by_fit(lines, hertz(50));
  BOOST_TEST_REQUIRE(reading.has_value());
  BOOST_TEST_REQUIRE(second.has_value());
  const std::array<std::array<std::size_t, 2>, 3> pairs{{{0, 1}, {1, 2}, {2, 0}}};
  double neutral = 0;
  for (std::size_t h = 0; h < second->current_phasors[0].size(); ++h)
    neutral += std::norm(second->current_phasors[0][h] + second->current_phasors[1][h] +
                         second->current_phasors[2][h]);
  for (std::size_t k = 0; k < phase_count; ++k) {
    double square = 0;
    for (std::size_t h = 0; h < second->voltage_phasors[0].size(); ++h)
      square += std::norm(second->voltage_phasors.at(pairs.at(k)[0])[h] -
                          second->voltage_phasors.at(pairs.at(k)[1])[h]);
    BOOST_TEST(std::abs(reading->phase.at(k).u.in(volt)-std::sqrt(square)) < 1e-9 * 400);
  }
  BOOST_TEST(std::abs(reading->phase[0].i.in(ampere)-std::sqrt(neutral)) < 1e-9 * 15);
}

BOOST_AUTO_TEST_CASE(a_block_is_used_again) {
  SampleBlock elements(eight_kilohertz, 0, 3200);
  const double* at = elements.volts(0).data();
  to_elements(three_phase_three_wire, symmetrical(0), elements);
  BOOST_TEST(elements.volts(0).data() == at);
  // What the last connection left is gone.
  to_elements(one_phase_two_wire, symmetrical(0), elements);
  BOOST_TEST(elements.volts(2)[100] == 0.0);
  BOOST_TEST(elements.amperes(2)[100] == 0.0);
}

BOOST_AUTO_TEST_CASE(readings_are_told_on_the_primary_side) {
  const auto ratios =
      make_ratios({.primary = 20000, .secondary = 100}, {.primary = 400, .secondary = 5});
  BOOST_TEST_REQUIRE(ratios.has_value());
  BOOST_TEST(ratios->voltage == 200.0);
  BOOST_TEST(ratios->current == 80.0);
  const MeterReading before = elements_of(three_phase_four_wire, symmetrical(30));
  const MeterReading after = primary(before, *ratios);
  BOOST_TEST(std::abs(after.phase[1].u / before.phase[1].u - 200) < 1e-12);
  BOOST_TEST(std::abs(after.phase[1].i / before.phase[1].i - 80) < 1e-12);
  BOOST_TEST(std::abs(after.phase[1].p / before.phase[1].p - 16000) < 1e-10);
  BOOST_TEST(std::abs(after.phase[1].q1 / before.phase[1].q1 - 16000) < 1e-10);
  BOOST_TEST(std::abs(after.phase[1].s / before.phase[1].s - 16000) < 1e-10);
  BOOST_TEST(std::abs(after.p_total / before.p_total - 16000) < 1e-10);
  BOOST_TEST(std::abs(after.q1_total / before.q1_total - 16000) < 1e-10);
  BOOST_TEST(std::abs(after.s_total / before.s_total - 16000) < 1e-10);
  BOOST_TEST((after.power_factor_total == before.power_factor_total));
  BOOST_TEST((after.phase[1].displacement == before.phase[1].displacement));
  for (const double bad : {0.0, -5.0, std::numeric_limits<double>::quiet_NaN(),
                           std::numeric_limits<double>::infinity()}) {
    BOOST_TEST(
        (make_ratios({1, 1}, TransformerRatio{bad, 5}).error().code == ErrorCode::out_of_range));
    BOOST_TEST(
        (make_ratios({1, bad}, TransformerRatio{5, 5}).error().code == ErrorCode::out_of_range));
  }
}

// u = M di/dt: sqrt(2) I_h sin(h w t + a) makes M h w sqrt(2) I_h sin(h w t + a + 90 deg); 100 mV a
// kA at 50 Hz, at 60 Hz.
BOOST_AUTO_TEST_CASE(a_rogowski_coil_is_undone) {
  const RogowskiCoil coil{.volts_per_ampere = 1e-4, .at = hertz(50), .integrated = false};
  const std::array<std::complex<double>, 6> currents{
      0.0, std::polar(300.0, 0.3), 0.0, std::polar(40.0, -1.0), 0.0, std::polar(15.0, 2.5)};
  const double m = 1e-4 / (2 * std::numbers::pi * 50);
  std::array<std::complex<double>, 6> phasors{0.001};
  for (std::size_t h = 1; h < 6; ++h)
    phasors.at(h) = currents.at(h) *
                    std::complex<double>(0, static_cast<double>(h) * 2 * std::numbers::pi * 60 * m);
  BOOST_TEST_REQUIRE(to_rogowski_current(phasors, coil, hertz(60)).has_value());
  for (std::size_t h = 0; h < 6; ++h)
    BOOST_TEST(std::abs(phasors.at(h) - currents.at(h)) < 1e-12 * 300);

  RogowskiCoil integrated = coil;
  integrated.integrated = true;
  for (std::size_t h = 1; h < 6; ++h) phasors.at(h) = currents.at(h) * 1e-4;
  BOOST_TEST_REQUIRE(to_rogowski_current(phasors, integrated, hertz(60)).has_value());
  for (std::size_t h = 1; h < 6; ++h)
    BOOST_TEST(std::abs(phasors.at(h) - currents.at(h)) < 1e-12 * 300);
  const auto ratios = make_ratios({1, 1}, integrated);
  BOOST_TEST_REQUIRE(ratios.has_value());
  BOOST_TEST(std::abs(ratios->current - 1e4) < 1e-9);
  BOOST_TEST((make_ratios({1, 1}, coil).error().code == ErrorCode::failed_precondition));
  RogowskiCoil none;
  BOOST_TEST((make_ratios({1, 1}, none).error().code == ErrorCode::out_of_range));
  BOOST_TEST(
      (to_rogowski_current(phasors, none, hertz(50)).error().code == ErrorCode::out_of_range));
  BOOST_TEST(
      (to_rogowski_current(phasors, coil, hertz(0)).error().code == ErrorCode::out_of_range));
}

BOOST_AUTO_TEST_SUITE_END()
