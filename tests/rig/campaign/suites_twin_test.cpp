// SPDX-License-Identifier: GPL-3.0-or-later
// A suite of each standard on the simulated meter that ships: it holds class 0.5S with room to
// spare, so that every point that is run passes.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "shipped_inputs.h"
#include "twin_run.h"

using namespace meterrig;

namespace {

/// What is run of a suite, and its tests that have a verdict then.
struct Case {
  std::string suite;
  std::string accuracy_class;
  std::vector<std::string> only;
  std::set<std::string> tests;
};
std::ostream& operator<<(std::ostream& out, const Case& c) { return out << c.suite; }

// One current at all power factors, and what else takes no hours.
const std::vector<std::string> reactive_points{"starting", "balanced/import/In",
                                               "single-phase/import/In/1", "load-difference",
                                               "meter-constant"};
const std::set<std::string> reactive_tests{"starting", "balanced", "single-phase",
                                           "load-difference", "meter-constant"};
const std::vector<Case> reactive{
    {"iec-62053-23-2", "2", reactive_points, reactive_tests},
    {"iec-62053-23-3", "3", reactive_points, reactive_tests},
    {"iec-62053-24-0.5s", "0.5S", reactive_points, reactive_tests},
    {"iec-62053-24-1s", "1S", reactive_points, reactive_tests},
    {"iec-62053-24-1", "1", reactive_points, reactive_tests},
    {"iec-62053-24-2", "2", reactive_points, reactive_tests},
    {"iec-62053-24-3", "3", reactive_points, reactive_tests},
};

const std::vector<Case> active{
    {"iec-62053-21-1",
     "1",
     {"start-up", "starting", "balanced/import/In", "balanced/export/0.05In",
      "single-phase/import/In", "load-difference", "repeatability", "meter-constant"},
     {"start-up", "starting", "balanced", "single-phase", "load-difference", "repeatability",
      "meter-constant"}},
    {"en-50470-3-c",
     "C",
     {"start-up", "starting", "balanced/import/10Itr", "balanced/export/Imax",
      "single-phase/import/Imax", "repeatability", "meter-constant"},
     {"start-up", "starting", "balanced", "single-phase", "repeatability", "meter-constant"}},
    {"oiml-r46-c",
     "C",
     {"starting", "below-minimum", "balanced/import/10Itr", "balanced/export/Imax",
      "single-phase/import/10Itr", "load-balance", "meter-constant"},
     {"starting", "below-minimum", "balanced", "single-phase", "load-balance", "meter-constant"}},
    {"ansi-c12.20-0.5",
     "0.5",
     {"no-load", "starting", "balanced"},
     {"no-load", "starting", "balanced"}},
    {"iec-61557-12-0.5",
     "0.5",
     {"balanced/import/In", "active-power", "reactive-power", "apparent-power", "frequency",
      "current", "voltage", "power-factor", "distortion", "harmonics"},
     {"balanced", "active-power", "reactive-power", "apparent-power", "frequency", "current",
      "voltage", "power-factor", "distortion", "harmonics"}},
};

void check_passes(const Case& sample) {
  campaign::Inputs inputs =
      test::inputs_of(sample.suite, {.accuracy_class = sample.accuracy_class});
  // 1 varh a pulse, ten times as many as the profile has, for the test's sake.
  v1::Device& device = *inputs.device.message.mutable_device();
  device.mutable_pulse_outputs(0)->set_constant(1000);
  device.mutable_pulse_outputs(0)->set_width(0.02);
  const campaign::Plan plan = test::plan_of(inputs, {.only = sample.only, .repeat = 1});
  const v1::Run run = test::run_on_twin(inputs, plan, device, test::shipped_twin(), 0.0025);
  std::set<std::string> decided;
  for (int i = 0; i < run.results_size(); ++i) {
    const v1::PlannedPoint& planned = run.header().plan(i);
    if (!planned.not_run_reason().empty()) continue;
    const v1::PointResult& result = run.results(i);
    BOOST_TEST(result.outcome() == v1::OUTCOME_PASS,
               planned.id() << ": " << result.value() << ' ' << result.reason());
    decided.insert(planned.test());
  }
  BOOST_TEST(decided == sample.tests, boost::test_tools::per_element());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(suites_twin)

BOOST_DATA_TEST_CASE(a_good_meter_passes_reactive_energy, reactive) { check_passes(sample); }

BOOST_DATA_TEST_CASE(a_good_meter_passes_each_standard, active) { check_passes(sample); }

BOOST_AUTO_TEST_SUITE_END()
