// SPDX-License-Identifier: GPL-3.0-or-later
// Files of RF calibrations and disturbances: a right one with one piece of its text replaced.
#include <boost/test/unit_test.hpp>
#include <string>

#include "findings_of.h"
#include "meterrig/loader/load.h"
#include "meterrig/loader/rf_mapping.h"

using namespace meterrig;
using namespace meterrig::loader;

namespace {

const std::string calibration_text = R"(rf_calibration:
  id: c
  serial_number: s
  date: 2026-01-15
  due: 2027-01-14
  antenna: TX1
  gains:
    - {element: PAD, gain: -10 dB}
    - {element: PA, gain: 10 dB}
  rows:
    - {frequency: 150 kHz, e_m_f: 20 V, forward_power: 4 W, expanded_uncertainty: 10 %}
    - {frequency: 80 MHz, e_m_f: 10 V, forward_power: 4 W, expanded_uncertainty: 12 %}
)";

const std::string disturbance_text = R"(rf_disturbance:
  id: d
  designation: D
  edition: "2013"
  title: T
  bands:
    - {id: b, from: 150 kHz, to: 80 MHz, source: {clause: c, confidence: memory, provenance: p}}
  levels:
    - {id: "1", e_m_f: 1 V, source: {clause: c, confidence: memory, provenance: p}}
    - {id: "2", e_m_f: 3 V, source: {clause: c, confidence: memory, provenance: p}}
  amplitude_modulation: {depth: 80 %, frequency: 1 kHz, source: {clause: c, confidence: memory, provenance: p}}
  stepping: {step: 1 %, dwell: 500 ms, source: {clause: c, confidence: memory, provenance: p}}
)";

std::string replaced(std::string text, const std::string& old, const std::string& with) {
  const std::size_t at = text.find(old);
  BOOST_REQUIRE(at != std::string::npos);
  return text.replace(at, old.size(), with);
}

std::string calibration_with(const std::string& old, const std::string& with) {
  return findings_of(parse_rf_calibration(replaced(calibration_text, old, with), "f"));
}

std::string disturbance_with(const std::string& old, const std::string& with) {
  return findings_of(parse_rf_disturbance(replaced(disturbance_text, old, with), "f"));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(rf_files)

BOOST_AUTO_TEST_CASE(a_calibration_is_read_and_written_back) {
  const auto file = parse_rf_calibration(calibration_text, "f");
  BOOST_REQUIRE_MESSAGE(file.has_value(), findings_of(file));
  const auto calibration = calibration_from(file->message.rf_calibration());
  BOOST_REQUIRE(calibration.has_value());
  BOOST_TEST(calibration->serial_number == "s");
  BOOST_TEST(calibration->antenna == "TX1");
  BOOST_TEST(static_cast<int>(calibration->due.year()) == 2027);
  BOOST_TEST(static_cast<unsigned>(calibration->date.day()) == 15U);
  BOOST_REQUIRE(calibration->gains.size() == 2U);
  BOOST_TEST(calibration->gains[0].element == "PAD");
  BOOST_TEST(calibration->gains[0].gain.in(decibel) == -10);
  BOOST_REQUIRE(calibration->rows.size() == 2U);
  BOOST_TEST(calibration->rows[0].frequency.in(hertz) == 150e3);
  BOOST_TEST(std::get<Voltage>(calibration->rows[1].level).in(volt) == 10);
  BOOST_TEST(calibration->rows[1].forward_power.in(watt) == 4);
  BOOST_TEST(calibration->rows[1].expanded_uncertainty.in(percent) == 12);
  BOOST_TEST(message_from(*calibration).SerializeAsString() ==
             file->message.rf_calibration().SerializeAsString());
}

BOOST_AUTO_TEST_CASE(a_monitor_has_field_strengths_and_no_forward_power) {
  const std::string text = R"(rf_calibration:
  id: c
  serial_number: s
  date: 2026-01-15
  due: 2026-01-15
  rows: [{frequency: 80 MHz, field_strength: 30 V/m, expanded_uncertainty: 20 %}]
)";
  const auto file = parse_rf_calibration(text, "f");
  BOOST_REQUIRE_MESSAGE(file.has_value(), findings_of(file));
  const auto calibration = calibration_from(file->message.rf_calibration());
  BOOST_REQUIRE(calibration.has_value());
  BOOST_TEST(std::get<FieldStrength>(calibration->rows[0].level).in(volt_per_metre) == 30);
  BOOST_TEST(!calibration->rows[0].forward_power.known());
  BOOST_TEST(message_from(*calibration).SerializeAsString() ==
             file->message.rf_calibration().SerializeAsString());
}

BOOST_AUTO_TEST_CASE(mistakes_of_a_calibration_are_found_in_their_line) {
  BOOST_TEST(calibration_with("2026-01-15", "2026-02-30") ==
             "f:4:9: rf_calibration.date: found '2026-02-30'; expected a date as YYYY-MM-DD");
  BOOST_TEST(calibration_with("2027-01-14", "2026-01-14") ==
             "f:5:8: rf_calibration.due: found '2026-01-14'; expected a date not before the "
             "calibration's, 2026-01-15");
  BOOST_TEST(calibration_with("element: PA,", "element: PAD,") ==
             "f:9:17: rf_calibration.gains[1].element: found 'PAD' again; expected an element "
             "once; the first is in line 8");
  BOOST_TEST(calibration_with("80 MHz", "150 kHz") ==
             "f:12:19: rf_calibration.rows[1].frequency: found '150 kHz'; expected a frequency "
             "above that of the row before, 150 kHz");
  BOOST_TEST(calibration_with("e_m_f: 10 V,", "field_strength: 10 V/m,") ==
             "f:12:7: rf_calibration.rows[1]: found a level of another kind; expected e_m_f in "
             "all rows, or field_strength in all");
  BOOST_TEST(calibration_with("10 V, forward_power: 4 W", "10 V") ==
             "f:12:7: rf_calibration.rows[1]: found no forward_power; expected forward_power in "
             "all rows or in none");
  BOOST_TEST(calibration_with("-10 dB", "-10").find("expected a gain as a number") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_disturbance_gives_the_plan_of_a_sweep) {
  const auto file = parse_rf_disturbance(disturbance_text, "f");
  BOOST_REQUIRE_MESSAGE(file.has_value(), findings_of(file));
  const auto plan = sweep_from(file->message.rf_disturbance(), "b", "2");
  BOOST_REQUIRE(plan.has_value());
  BOOST_TEST(readable(plan->level) == "3 V");
  const auto unknown = sweep_from(file->message.rf_disturbance(), "x", "2");
  BOOST_REQUIRE(!unknown.has_value());
  BOOST_TEST(unknown.error().message == "no band 'x'; there is b");
}

BOOST_AUTO_TEST_CASE(mistakes_of_a_disturbance_are_found_in_their_line) {
  BOOST_TEST(disturbance_with("to: 80 MHz", "to: 150 kHz") ==
             "f:7:34: rf_disturbance.bands[0].to: found '150 kHz'; expected a frequency above the "
             "band's least, 150 kHz");
  BOOST_TEST(disturbance_with("e_m_f: 3 V", "field_strength: 3 V/m") ==
             "f:10:7: rf_disturbance.levels[1]: found a level of another kind; expected e_m_f in "
             "all levels, or field_strength in all");
  BOOST_TEST(disturbance_with("e_m_f: 3 V, ", "").find("none of e_m_f, field_strength") !=
             std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
