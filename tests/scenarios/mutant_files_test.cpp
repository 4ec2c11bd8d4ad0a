// SPDX-License-Identifier: GPL-3.0-or-later
// Files of mutants: a right one with one piece of its text replaced.
#include <boost/test/unit_test.hpp>
#include <string>

#include "findings_of.h"
#include "meterrig/loader/load.h"
#include "meterrig/loader/together.h"

using namespace meterrig;
using namespace meterrig::loader;

namespace {

const std::string text = R"(mutants:
  - id: gain
    title: T
    physics: P
    size: {unit: "%", mild: 0.1, severe: 10, typical: 1}
    changes:
      - {parameter: "twin.front_end.current[*].gain", add: 1}
    expectations:
      - {suite: s, tests: [balanced], exceeds: 0.6, because: b}
      - {suite: other, because: b}
  - id: swapped
    title: T
    physics: P
    changes:
      - {parameter: "device.pulse_outputs[*].energy", value: active_import}
    expectations:
      - {suite: s, tests: [balanced], because: b}
)";

std::string with(const std::string& old, const std::string& now) {
  std::string changed = text;
  const std::size_t at = changed.find(old);
  BOOST_REQUIRE(at != std::string::npos);
  return findings_of(parse_mutants(changed.replace(at, old.size(), now), "f"));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(mutant_files)

BOOST_AUTO_TEST_CASE(a_right_file_has_no_finding) {
  BOOST_TEST(findings_of(parse_mutants(text, "f")) == "");
}

BOOST_AUTO_TEST_CASE(sizes_lie_in_their_range_and_are_used) {
  BOOST_TEST(with("typical: 1}", "typical: 11}") ==
             "f:5:55: mutants[0].size.typical: found 11; expected a size from 0.1 to 10 %");
  BOOST_TEST(with("severe: 10", "severe: 0.1") ==
             "f:5:42: mutants[0].size.severe: found 0.1, as the mild end; expected a more severe "
             "size than the mild one");
  BOOST_TEST(with("exceeds: 0.6", "exceeds: 0.06") ==
             "f:9:48: mutants[0].expectations[0].exceeds: found 0.06; expected a size from 0.1 to "
             "10 %");
  BOOST_TEST(with("gain\", add: 1", "gain\", value: \"1 %\"") ==
             "f:5:11: mutants[0].size: found a size; expected none where no change adds, sets or "
             "scales by it");
}

BOOST_AUTO_TEST_CASE(a_change_by_a_size_needs_one) {
  BOOST_TEST(with("energy\", value: active_import", "energy\", set: 1") ==
             "f:15:9: mutants[1].changes[0]: found a change by a size that there is not; expected "
             "a size of the mutant");
  BOOST_TEST(
      with("energy\", value: active_import", "energy\", clear: false")
          .find("mutants[1].changes[0].clear: found false; expected true, or another change") !=
      std::string::npos);
  BOOST_TEST(with("energy\", value: active_import", "energy\"")
                 .find("mutants[1].changes[0]: found none of add, set, scale, value, clear") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(parameters_are_those_of_a_meter) {
  BOOST_TEST(with("\"device.pulse", "\"bench.pulse")
                 .find("expected a path that begins with 'twin.' or 'device.'") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(ids_and_suites_are_there_once) {
  BOOST_TEST(with("id: swapped", "id: gain").find("'gain' again") != std::string::npos);
  BOOST_TEST(
      with("suite: other", "suite: s")
          .find("mutants[0].expectations[1].suite: found 's' again; expected a suite once in a "
                "mutant; the first is in line 9") != std::string::npos);
  BOOST_TEST(with("- {suite: other, because: b}", "- {suite: other, exceeds: 1, because: b}")
                 .find("expected none without a size of the mutant and tests that find it") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(tests_are_those_of_the_suite) {
  const auto mutants = parse_mutants(text, "f");
  BOOST_REQUIRE(mutants.has_value());
  Loaded<v1::SuiteFile> suite{.message = {}, .locations = {}, .path = "s.yaml", .bytes = {}};
  suite.message.mutable_suite()->set_id("s");
  suite.message.mutable_suite()->add_tests()->set_id("no-load");
  const auto findings = check_mutants(*mutants, suite);
  BOOST_REQUIRE(findings.size() == 2U);
  BOOST_TEST(
      to_string(findings.front()) ==
      "f:9:28: mutants[0].expectations[0].tests[0]: found 'balanced'; expected a test of the "
      "suite s: no-load");
  suite.message.mutable_suite()->add_tests()->set_id("balanced");
  BOOST_TEST(check_mutants(*mutants, suite).empty());
  suite.message.mutable_suite()->set_id("another");
  suite.message.mutable_suite()->clear_tests();
  BOOST_TEST(check_mutants(*mutants, suite).empty());
}

BOOST_AUTO_TEST_SUITE_END()
