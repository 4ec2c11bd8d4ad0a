// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/reference/circuit_map.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <fstream>
#include <limits>
#include <numbers>

#include "meterrig/reference/energy.h"
#include "random_signal.h"

using namespace meterrig;
using namespace meterrig::reference;

namespace {

constexpr Rational eight_kilohertz{8000, 1};
constexpr std::size_t circuit_count = 28;

// Input k carries 1 + k / 10 A, lagging its own phase k % 3 by 3 k degrees.
double amperes_of(std::size_t input) { return 1 + 0.1 * static_cast<double>(input); }
double lag_of(std::size_t input) { return 3.0 * static_cast<double>(input); }

SampleBlock block_of(std::size_t number) {
  OperatingPoint point{.frequency = hertz(50),
                       .voltage = {volt(230), volt(231), volt(232)},
                       .voltage_angle = {degree(0), degree(-120), degree(120)},
                       .current = {},
                       .displacement = {}};
  for (std::size_t row = 0; row < phase_count; ++row) {
    point.current.at(row) = ampere(amperes_of(3 * number + row));
    point.displacement.at(row) = degree(lag_of(3 * number + row));
  }
  return samples_of(*recipe_of(point), eight_kilohertz, 800, 3200);
}

std::vector<SampleBlock> set_of(std::size_t blocks) {
  std::vector<SampleBlock> set;
  set.reserve(blocks);
  for (std::size_t b = 0; b < blocks; ++b) set.push_back(block_of(b));
  // Only the first block's volts count.
  for (std::size_t b = 1; b < blocks; ++b)
    for (std::size_t row = 0; row < phase_count; ++row)
      std::fill(set[b].volts(row).begin(), set[b].volts(row).end(), 1e6);
  return set;
}

// All inputs in another order, on their own phase, every fourth turned round, with ratios.
std::vector<Circuit> shuffled() {
  std::vector<Circuit> circuits;
  circuits.reserve(circuit_count);
  for (std::size_t c = 0; c < circuit_count; ++c) {
    const std::size_t input = 11 * c % circuit_count;  // 11 and 28 have no common factor
    circuits.push_back({.name = "circuit " + std::to_string(c),
                        .input = input,
                        .phase = static_cast<Phase>(input % 3),
                        .reversed = c % 4 == 3,
                        .ratio = 1 + static_cast<double>(c % 5)});
  }
  return circuits;
}

ErrorCode code_of(std::vector<Circuit> circuits) {
  const auto map = CircuitMap::create(std::move(circuits));
  BOOST_TEST_REQUIRE(!map.has_value());
  BOOST_TEST(!map.error().message.empty());
  return map.error().code;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(circuit_map)

BOOST_AUTO_TEST_CASE(twenty_eight_circuits_are_read_on_three_voltages) {
  const auto map = CircuitMap::create(shuffled());
  BOOST_TEST_REQUIRE(map.has_value());
  BOOST_TEST(map->block_count() == 10U);
  std::vector<SampleBlock> paired;
  BOOST_TEST_REQUIRE(map->to_circuits(set_of(10), paired).has_value());
  std::vector<MeterReading> measured;
  for (const SampleBlock& block : paired) {
    const auto reading = measure(block);
    BOOST_TEST_REQUIRE(reading.has_value());
    measured.push_back(*reading);
  }
  const auto readings = map->readings(measured);
  BOOST_TEST_REQUIRE(readings.has_value());
  BOOST_TEST_REQUIRE(readings->size() == circuit_count);
  PerPhase<double> sums{};
  for (std::size_t c = 0; c < circuit_count; ++c) {
    const Circuit& circuit = map->circuits()[c];
    const CircuitReading& found = (*readings)[c];
    const auto phase = static_cast<std::size_t>(circuit.phase);
    const double u = 230 + static_cast<double>(phase);
    const double i = circuit.ratio * amperes_of(circuit.input);
    const double phi = lag_of(circuit.input) * std::numbers::pi / 180;
    const double sign = circuit.reversed ? -1 : 1;
    BOOST_TEST_CONTEXT(found.name) {
      BOOST_TEST(found.name == circuit.name);
      BOOST_TEST((found.phase == circuit.phase));
      BOOST_TEST(std::abs(found.reading.u.in(volt)-u) < 1e-9);
      BOOST_TEST(std::abs(found.reading.i.in(ampere)-i) < 1e-9);
      BOOST_TEST(std::abs(found.reading.p.in(watt)-sign * u * i * std::cos(phi)) < 1e-7);
      BOOST_TEST(std::abs(found.reading.q1.in(var)-sign * u * i * std::sin(phi)) < 1e-7);
      BOOST_TEST(!found.reading.voltage_angle.known());
    }
    sums.at(phase) += sign * u * i * std::cos(phi);
  }
  const auto per_phase = CircuitMap::active_power_per_phase(*readings);
  for (std::size_t p = 0; p < phase_count; ++p)
    BOOST_TEST(std::abs(per_phase.at(p).in(watt)-sums.at(p)) < 1e-6);
}

BOOST_AUTO_TEST_CASE(circuits_have_energy_like_phases) {
  const auto map = CircuitMap::create(
      {{.name = "oven", .input = 4, .phase = Phase::L2},
       {.name = "sun", .input = 0, .phase = Phase::L1, .reversed = true, .ratio = 2}});
  BOOST_TEST_REQUIRE(map.has_value());
  std::vector<SampleBlock> paired;
  BOOST_TEST_REQUIRE(map->to_circuits(set_of(2), paired).has_value());
  EnergyMeter meter(eight_kilohertz, hertz(50));
  BOOST_TEST_REQUIRE(meter.feed(paired.at(0)).has_value());
  const auto energies = meter.active_until_per_phase({500000000});  // 0.4 s after the first sample
  const double oven = 231 * 1.4 * std::cos(12 * std::numbers::pi / 180) * 0.4;
  BOOST_TEST(std::abs(energies[0].in(watt_second)-oven) < 1e-6);
  BOOST_TEST(std::abs(energies[1].in(watt_second) + 230 * 2 * 0.4) < 1e-6);
  BOOST_TEST(energies[2].in(watt_second) == 0.0);  // no circuit
}

BOOST_AUTO_TEST_CASE(blocks_are_used_again) {
  const auto map = CircuitMap::create({{.name = "a", .input = 1, .phase = Phase::L3}});
  std::vector<SampleBlock> paired;
  const auto set = set_of(1);
  BOOST_TEST_REQUIRE(map->to_circuits(set, paired).has_value());
  const double* at = paired.at(0).volts(0).data();
  BOOST_TEST_REQUIRE(map->to_circuits(set, paired).has_value());
  BOOST_TEST(paired.at(0).volts(0).data() == at);
  BOOST_TEST(paired.at(0).first_sample == 800);
}

BOOST_AUTO_TEST_CASE(maps_that_make_no_sense_are_refused) {
  BOOST_TEST((code_of({}) == ErrorCode::invalid_argument));
  BOOST_TEST((code_of({{.name = "a", .input = 0}, {.name = "b", .input = 0}}) ==
              ErrorCode::invalid_argument));
  BOOST_TEST((code_of({{.name = "a", .input = 0}, {.name = "a", .input = 1}}) ==
              ErrorCode::invalid_argument));
  BOOST_TEST((code_of({{.name = "", .input = 0}}) == ErrorCode::invalid_argument));
  BOOST_TEST((code_of({{.name = "a", .input = 0, .phase = static_cast<Phase>(3)}}) ==
              ErrorCode::invalid_argument));
  for (const double ratio : {0.0, -1.0, std::numeric_limits<double>::quiet_NaN(),
                             std::numeric_limits<double>::infinity()})
    BOOST_TEST((code_of({{.name = "a", .input = 0, .ratio = ratio}}) == ErrorCode::out_of_range));
  const auto twice =
      CircuitMap::create({{.name = "hall", .input = 7}, {.name = "pump", .input = 7}});
  BOOST_TEST(twice.error().message.find("\"hall\" and \"pump\" both use input 7") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(sets_that_do_not_fit_are_refused) {
  const auto map = CircuitMap::create({{.name = "a", .input = 5}});
  std::vector<SampleBlock> paired;
  const auto code = [&](const std::vector<SampleBlock>& set) {
    const auto result = map->to_circuits(set, paired);
    BOOST_TEST_REQUIRE(!result.has_value());
    return result.error().code;
  };
  BOOST_TEST((code({}) == ErrorCode::invalid_argument));
  BOOST_TEST((code(set_of(1)) == ErrorCode::invalid_argument));
  auto set = set_of(2);
  set[1].first_sample = 801;
  BOOST_TEST((code(set) == ErrorCode::invalid_argument));
  set = set_of(2);
  set[1] = SampleBlock(eight_kilohertz, 800, 3199);
  BOOST_TEST((code(set) == ErrorCode::invalid_argument));
  set = set_of(2);
  set[1].rate = {4000, 1};
  BOOST_TEST((code(set) == ErrorCode::invalid_argument));
  const auto far =
      CircuitMap::create({{.name = "a", .input = std::numeric_limits<std::size_t>::max()}});
  BOOST_TEST(!far->to_circuits(set_of(2), paired).has_value());
  BOOST_TEST(!map->readings({}).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
