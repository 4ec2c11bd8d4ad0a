// SPDX-License-Identifier: GPL-3.0-or-later
// Every fault of the wiring as an ideal reference sees it, with the errors of one that is not
// calibrated.
#include "meterrig/safety/wiring.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <complex>
#include <cstddef>
#include <string>
#include <utility>

namespace meterrig::safety {
namespace {

using Phasor = std::complex<double>;

/// Voltages and currents at the reference, and what it makes of them.
struct Terminals {
  explicit Terminals(const OperatingPoint& point) {
    for (std::size_t phase = 0; phase < phase_count; ++phase) {
      const double angle = point.voltage_angle[phase].in(radian);
      volts.at(phase) = std::polar(point.voltage[phase].in(volt), angle);
      amperes.at(phase) =
          std::polar(point.current[phase].in(ampere), angle - point.displacement[phase].in(radian));
    }
  }
  [[nodiscard]] ReferenceValues seen(double gain = 1) const {
    ReferenceValues values;
    values.frequency = hertz(50);
    for (std::size_t phase = 0; phase < phase_count; ++phase) {
      values.voltage.at(phase) = volt(gain * std::abs(volts.at(phase)));
      values.current.at(phase) = ampere(gain * std::abs(amperes.at(phase)));
      values.voltage_angle.at(phase) = radian(std::arg(volts.at(phase) / volts.at(0)));
      values.displacement.at(phase) =
          radian(std::arg(volts.at(phase)) - std::arg(amperes.at(phase)));
    }
    return values;
  }
  PerPhase<Phasor> volts;
  PerPhase<Phasor> amperes;
};

const OperatingPoint point = wiring_point(hertz(50), volt(10), ampere(0.1));

std::string faults(const Terminals& terminals, double gain = 1) {
  std::string all;
  for (const std::string& fault : wiring_faults(point, terminals.seen(gain))) all += fault + "; ";
  return all;
}

bool says(const std::string& text, const std::string& words) {
  return text.find(words) != std::string::npos;
}

BOOST_AUTO_TEST_SUITE(wiring)

BOOST_AUTO_TEST_CASE(a_sound_wiring_has_no_fault_even_for_a_reference_that_is_off_by_3_percent) {
  for (const double gain : {0.97, 1.0, 1.03}) BOOST_TEST(faults(Terminals(point), gain).empty());
}

BOOST_AUTO_TEST_CASE(what_is_put_out_is_no_more_than_asked_for) {
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    BOOST_TEST((point.voltage[phase] <= volt(10)));
    BOOST_TEST((point.current[phase] <= ampere(0.1)));
  }
}

BOOST_AUTO_TEST_CASE(a_current_transformer_the_wrong_way_round_is_named) {
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    Terminals terminals(point);
    terminals.amperes.at(phase) *= -1;
    const std::string found = faults(terminals);
    BOOST_TEST(says(found, "current L" + std::to_string(phase + 1) + ": reversed"), found);
    BOOST_TEST(wiring_faults(point, terminals.seen()).size() == 1U, found);
  }
}

BOOST_AUTO_TEST_CASE(swapped_currents_and_swapped_voltages_are_told_apart) {
  Terminals currents(point);
  std::swap(currents.amperes[0], currents.amperes[1]);
  const std::string of_currents = faults(currents);
  BOOST_TEST(says(of_currents, "current L1: that of L2 is here"), of_currents);
  BOOST_TEST(says(of_currents, "current L2: that of L1 is here"), of_currents);
  BOOST_TEST(!says(of_currents, "reversed"), of_currents);
  BOOST_TEST(!says(of_currents, "voltage"), of_currents);

  Terminals voltages(point);
  std::swap(voltages.volts[1], voltages.volts[2]);
  const std::string of_voltages = faults(voltages);
  BOOST_TEST(says(of_voltages, "voltage L2: that of L3 is here"), of_voltages);
  BOOST_TEST(says(of_voltages, "phase order"), of_voltages);
  BOOST_TEST(!says(of_voltages, "current L"), of_voltages);
}

BOOST_AUTO_TEST_CASE(open_and_shorted_circuits_are_named) {
  Terminals terminals(point);
  terminals.amperes[2] = 0.0005;
  terminals.volts[1] = 0.1;
  const std::string found = faults(terminals);
  BOOST_TEST(says(found, "current L3: the circuit is open"), found);
  BOOST_TEST(says(found, "voltage L2: shorted or not connected"), found);
}

BOOST_AUTO_TEST_CASE(an_open_neutral_is_known_by_the_star_point) {
  Terminals terminals(point);
  const Phasor star = (terminals.volts[0] + terminals.volts[1] + terminals.volts[2]) / 3.0;
  for (Phasor& voltage : terminals.volts) voltage -= star;
  for (const double gain : {0.98, 1.0, 1.02}) {
    const std::string found = faults(terminals, gain);
    BOOST_TEST(says(found, "neutral: open"), found);
  }
}

BOOST_AUTO_TEST_CASE(a_reference_that_reads_nothing_is_a_fault_everywhere) {
  BOOST_TEST(wiring_faults(point, ReferenceValues{}).size() == 6U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace meterrig::safety
