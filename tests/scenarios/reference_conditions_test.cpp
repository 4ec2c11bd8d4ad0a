// SPDX-License-Identifier: GPL-3.0-or-later
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <string>

#include "findings_of.h"
#include "meterrig/loader/load.h"

using namespace meterrig;
using namespace meterrig::loader;
namespace fs = std::filesystem;

namespace {

const fs::path standards = fs::path(METERRIG_PROJECT_SOURCE_DIR) / "scenarios/standards";

std::string found(const std::string& ambient) {
  const std::string text = R"(standard:
  id: std
  designation: IEC 1
  edition: "2020"
  title: T
  reference_conditions:
    source: {clause: c, confidence: memory, provenance: p}
    voltage: 1 %
    voltage_symmetry: 1 %
    current_symmetry: 2 %
    frequency: 0.3 %
    displacement_spread: 2 deg
    distortion: 2 %
)" + ambient;
  return findings_of(parse_standard(text, "f"));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(reference_conditions)

BOOST_AUTO_TEST_CASE(an_ambient_temperature_has_a_tolerance) {
  BOOST_TEST(found("") == "");
  BOOST_TEST(found("    temperature: 23 degC\n    temperature_tolerance: 2\n") == "");
  BOOST_TEST(found("    temperature: 23 degC\n") ==
             "f:7:5: standard.reference_conditions: found temperature without "
             "temperature_tolerance; expected both or neither");
  BOOST_TEST(found("    temperature_tolerance: 2\n") ==
             "f:7:5: standard.reference_conditions: found temperature_tolerance without "
             "temperature; expected both or neither");
}

// Written a second time: 23 degC with 2 K to either side, for every standard of accuracy.
BOOST_AUTO_TEST_CASE(every_standard_of_accuracy_states_the_ambient_temperature) {
  int with_conditions = 0;
  for (const fs::directory_entry& file : fs::directory_iterator(standards)) {
    const auto loaded = load_standard(file.path());
    BOOST_REQUIRE_MESSAGE(loaded.has_value(), findings_of(loaded));
    const v1::Standard& standard = loaded->message.standard();
    if (!standard.has_reference_conditions()) continue;
    ++with_conditions;
    BOOST_TEST(standard.reference_conditions().temperature() == 23, standard.id());
    BOOST_TEST(standard.reference_conditions().temperature_tolerance() == 2, standard.id());
  }
  BOOST_TEST(with_conditions == 11);
}

BOOST_AUTO_TEST_SUITE_END()
