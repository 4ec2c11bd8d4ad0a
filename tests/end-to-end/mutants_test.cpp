// SPDX-License-Identifier: GPL-3.0-or-later
// `meterrig mutants` as people call it: a defect that is found, one that is not though it must be,
// files, and input that cannot be used.
#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "rig_fixture.h"

using namespace meterrig::test;

namespace {

const std::vector<std::string> few{"mutants", "--suite", "iec-62053-22-0.5s", "--only",
                                   "balanced/import/In/1,balanced/import/0.01In"};

int run(Rig& rig, const std::vector<std::string>& more) {
  std::vector<std::string> arguments = few;
  arguments.insert(arguments.end(), more.begin(), more.end());
  return rig.run(arguments);
}

void check_refused(Rig& rig, const std::vector<std::string>& more, const std::string& expected) {
  BOOST_TEST(run(rig, more) == 2);
  BOOST_TEST_CONTEXT(rig.output)
  BOOST_TEST((rig.output.find(expected) != std::string::npos), expected);
}

// A gain that is said to be found from 0.01 % on, where it is within the limit.
const std::string too_strict = R"(mutants:
  - id: small-gain
    title: T
    physics: P
    size: {unit: "%", mild: 0.001, severe: 1, typical: 0.01}
    changes:
      - {parameter: "twin.front_end.current[*].gain", add: 1}
    expectations:
      - {suite: iec-62053-22-0.5s, tests: [balanced], because: it is not so}
)";

}  // namespace

BOOST_AUTO_TEST_SUITE(mutants)

BOOST_AUTO_TEST_CASE(a_defect_is_found_and_written_for_people_and_programs) {
  Rig rig(std::nullopt);
  BOOST_TEST(run(rig, {"--mutant", "gain-current-all,accumulator-float32", "--seeds", "2", "--out",
                       "found"}) == 0);
  BOOST_TEST(rig.output.find("1 caught, 1 nothing demanded") != std::string::npos);
  BOOST_TEST(rig.output.find("0 of 2 runs failed") != std::string::npos);
  const auto json = nlohmann::json::parse(read_file(rig.folder / "found/mutants.json"));
  BOOST_TEST(json.at("mutants").size() == 2U);
  BOOST_TEST(json.at("runs") == 4);
  BOOST_TEST(read_file(rig.folder / "found/mutants.html").find("SIMULATED") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(one_that_must_be_found_and_is_not_is_status_1) {
  Rig rig(std::nullopt);
  write_file(rig.folder / "strict.yaml", too_strict);
  BOOST_TEST(run(rig, {"--library", "strict.yaml"}) == 1);
  BOOST_TEST(rig.output.find("declared: balanced: it is not so") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(input_that_cannot_be_used_is_status_2) {
  Rig rig(std::nullopt);
  check_refused(rig, {"--mutant", "no-such"}, "no mutant 'no-such'; expected one of: ");
  check_refused(rig, {"--device", "no-such"}, "no device 'no-such'");
  check_refused(rig, {"--bench", "scpi"}, "expected a simulated one");
  check_refused(rig, {"--jobs", "0"}, "--jobs");
  write_file(rig.folder / "wrong.yaml", "mutants: []\n");
  check_refused(rig, {"--library", "wrong.yaml"}, "wrong.yaml:1:10: mutants: found an empty list");
}

BOOST_AUTO_TEST_SUITE_END()
