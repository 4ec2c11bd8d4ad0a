// SPDX-License-Identifier: GPL-3.0-or-later
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <iterator>
#include <string>

#include "findings_of.h"
#include "meterrig/loader/load.h"

using namespace meterrig;
using namespace meterrig::loader;

namespace {

const std::string example = METERRIG_PROJECT_SOURCE_DIR "/tests/fuzz/corpus/yaml/calibration.yaml";

// The findings of the example with one piece of its text replaced.
std::string findings(const std::string& piece, const std::string& by) {
  std::ifstream stream(example);
  std::string text{std::istreambuf_iterator<char>(stream), {}};
  const std::size_t at = text.find(piece);
  BOOST_REQUIRE(at != std::string::npos);
  return findings_of(parse_calibration(text.replace(at, piece.size(), by), "f"));
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(calibration_file)

BOOST_AUTO_TEST_CASE(numbers_are_in_the_units_of_their_kinds) {
  const auto loaded = load_calibration(example);
  BOOST_REQUIRE_MESSAGE(loaded.has_value(), findings_of(loaded));
  const v1::Calibration& calibration = loaded->message.calibration();
  BOOST_TEST(calibration.serial_number() == "SIMULATED-3P-1");
  BOOST_TEST(calibration.coverage_factor() == 2);
  BOOST_REQUIRE(calibration.terminals_size() == 2);
  BOOST_TEST((calibration.terminals(1).quantity() == v1::CALIBRATED_QUANTITY_CURRENT));
  const v1::CalibratedPoint& point = calibration.terminals(0).points(1);
  BOOST_TEST(point.frequency() == 2000);
  BOOST_TEST(point.angle() == -11.3);
  BOOST_TEST(calibration.terminals(0).points(0).gain_uncertainty() == 0.002,
             boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_is_named_with_its_place) {
  BOOST_TEST(findings("", "").empty());
  const auto expect = [](const std::string& piece, const std::string& by,
                         const std::string& message) {
    const std::string found = findings(piece, by);
    BOOST_TEST(contains(found, message), found);
  };
  expect("date: 2026-11-27", "date: 2026-11-31", "a date as YYYY-MM-DD");
  expect("due: 2027-11-27", "due: soon", "a date as YYYY-MM-DD");
  expect("due: 2027-11-27", "due: 2026-11-27", "a day after '2026-11-27'");
  expect("  serial_number: SIMULATED-3P-1\n", "", "serial_number");
  expect("frequency: 2 kHz", "frequency: 50 Hz", "a frequency above the 50 Hz before");
  expect("quantity: current", "quantity: voltage", "a terminal once");
  expect("quantity: current", "quantity: power", "power");
  expect("phase: L1", "phase: L4", "L1, L2 or L3");
  expect("gain: 1.0002", "gain: 0", "0.01");
  expect("angle: 0 deg", "angle: 0 V", "V");
  expect("gain_uncertainty: 20 ppm, ", "", "gain_uncertainty");
  expect("coverage_factor: 2", "coverage_factor: 0.5", "1");
}

BOOST_AUTO_TEST_SUITE_END()
