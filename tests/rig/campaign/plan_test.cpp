// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/campaign/plan.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <map>

#include "shipped_inputs.h"

using namespace meterrig;
using meterrig::test::shipped_inputs;
using meterrig::test::shipped_suite;

using meterrig::test::plan_of;
using meterrig::test::point;

namespace {

std::string with(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  BOOST_REQUIRE_MESSAGE(at != std::string::npos, from);
  return text.replace(at, from.size(), to);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(plan)

// IEC 62053-22 Table 3, class 0.5S: the limits at the edges of the ranges.
BOOST_AUTO_TEST_CASE(each_point_has_the_limit_of_its_range) {
  const auto inputs = shipped_inputs();
  const auto plan = plan_of(inputs);
  const std::map<std::string, std::pair<std::string, double>> expected{
      {"balanced/import/0.01In/1", {"22.B1", 1.0}},
      {"balanced/import/0.02In/1", {"22.B1", 1.0}},
      {"balanced/import/0.05In/1", {"22.B2", 0.5}},
      {"balanced/export/Imax/1", {"22.B2", 0.5}},
      {"balanced/import/0.02In/0.5i", {"22.B3", 1.0}},
      {"balanced/import/0.05In/0.8c", {"22.B3", 1.0}},
      {"balanced/import/0.1In/0.5i", {"22.B4", 0.6}},
      {"balanced/export/In/0.8c", {"22.B4", 0.6}},
      {"single-phase/import/0.05In/1/L3", {"22.S1", 0.6}},
      {"single-phase/import/0.1In/0.5i/L2", {"22.S2", 1.0}},
      {"load-difference/L1", {"22.S3", 1.0}},
      {"meter-constant", {"22.MC", 0.05}},
  };
  for (const auto& [id, row] : expected) {
    BOOST_TEST(point(plan, id).limit().row() == row.first, id);
    BOOST_TEST(point(plan, id).limit().magnitude() == row.second, id);
  }
}

BOOST_AUTO_TEST_CASE(a_combination_that_the_standard_does_not_limit_is_no_point) {
  const auto inputs = shipped_inputs();
  for (const auto& p : plan_of(inputs)) {
    BOOST_TEST(p.id() != "balanced/import/0.01In/0.5i");
    BOOST_TEST(p.id() != "single-phase/import/0.05In/0.5i/L1");
  }
}

BOOST_AUTO_TEST_CASE(what_is_applied_is_the_operating_point) {
  const auto inputs = shipped_inputs();
  const auto plan = plan_of(inputs);
  const auto& exported = point(plan, "balanced/export/0.1In/0.8c").applied();
  BOOST_TEST(exported.frequency() == 50);
  for (const auto& element : exported.elements()) {
    BOOST_TEST(element.voltage() == 230);
    BOOST_TEST(element.current() == 0.5, boost::test_tools::tolerance(1e-12));
    // acos(0.8) leading, turned by half a turn.
    BOOST_TEST(element.displacement() == 180 - 36.86989764584402,
               boost::test_tools::tolerance(1e-12));
  }
  const auto& single = point(plan, "single-phase/import/In/0.5i/L2").applied();
  BOOST_TEST(single.elements(0).current() == 0);
  BOOST_TEST(single.elements(1).current() == 5);
  BOOST_TEST(single.elements(1).displacement() == 60, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(single.elements(2).current() == 0);
  BOOST_TEST(single.elements(2).voltage() == 230);
}

// 240e3 / (3200 x 3 x 253 V x 0.005 A) min, and 3.6e6 / (3200 x 3 x 230 V x 0.005 A) s.
BOOST_AUTO_TEST_CASE(no_load_and_starting_have_the_times_of_their_formulas) {
  const auto inputs = shipped_inputs();
  const auto plan = plan_of(inputs);
  const auto& no_load = point(plan, "no-load");
  BOOST_TEST(no_load.duration_s() == 240e3 / (3200 * 3 * 253.0 * 0.005) * 60,
             boost::test_tools::tolerance(1e-12));
  BOOST_TEST(no_load.applied().elements(0).voltage() == 253, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(no_load.applied().elements(0).current() == 0);
  const auto& start = point(plan, "starting/export");
  BOOST_TEST(start.limit().magnitude() == 1.5 * 3.6e6 / (3200 * 3 * 230.0 * 0.005),
             boost::test_tools::tolerance(1e-12));
  BOOST_TEST(start.applied().elements(2).current() == 0.005, boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(low_load_points_last_as_long_as_their_pulses_need) {
  const auto inputs = shipped_inputs();
  const auto plan = plan_of(inputs);
  // Three intervals of 3.6e6 / (3200 x 34.5 W) s.
  BOOST_TEST(point(plan, "balanced/import/0.01In/1").duration_s() == 3 * 3.6e6 / (3200 * 34.5),
             boost::test_tools::tolerance(1e-9));
  BOOST_TEST(point(plan, "balanced/import/Imax/1").duration_s() >= 10);
  BOOST_TEST(point(plan, "balanced/import/Imax/1").duration_s() < 11);
}

BOOST_AUTO_TEST_CASE(only_leaves_the_others_in_the_plan_as_not_asked_for) {
  const auto inputs = shipped_inputs();
  const auto all = plan_of(inputs);
  const auto some =
      plan_of(inputs, {.only = {"22.S2", "no-load", "balanced/import/In"}, .repeat = 1});
  BOOST_REQUIRE(some.size() == all.size());
  for (const auto& p : some) {
    const bool asked = p.limit().row() == "22.S2" || p.id() == "no-load" ||
                       p.id().starts_with("balanced/import/In/");
    BOOST_TEST(p.not_run_reason() == (asked ? "" : campaign::not_asked_for), p.id());
  }
  const auto nothing = campaign::expand(inputs, {.only = {"22.X"}, .repeat = 1});
  BOOST_REQUIRE(!nothing);
  BOOST_TEST(nothing.error().front().found == "'22.X'");
}

BOOST_AUTO_TEST_CASE(repeated_points_have_names_of_their_own) {
  const auto inputs = shipped_inputs();
  const auto plan = plan_of(inputs, {.only = {}, .repeat = 3});
  BOOST_TEST(plan.size() == 3 * plan_of(inputs).size());
  BOOST_TEST(point(plan, "load-difference/L1#2").of_points(1) == "balanced/import/In/1#2");
}

BOOST_AUTO_TEST_CASE(every_cross_reference_that_leads_nowhere_is_found_at_once) {
  auto suite = with(shipped_suite(), "22.B1", "22.B9");
  suite = with(suite, "row: 22.NL", "row: 22.ST");
  const auto inputs = shipped_inputs(suite);
  const auto plan = campaign::expand(inputs, {});
  BOOST_REQUIRE(!plan);
  const std::string text = loader::to_string(plan.error());
  BOOST_TEST(text.find("'22.B9'") != std::string::npos);
  BOOST_TEST(text.find("'22.ST'") != std::string::npos);
  for (const auto& finding : plan.error()) BOOST_TEST(finding.line > 0, loader::to_string(finding));
}

BOOST_AUTO_TEST_CASE(a_class_that_the_device_does_not_claim_is_refused) {
  const auto inputs =
      shipped_inputs(with(shipped_suite(), "accuracy_class: 0.5S", "accuracy_class: 0.2S"));
  const auto plan = campaign::expand(inputs, {});
  BOOST_REQUIRE(!plan);
  BOOST_TEST(loader::to_string(plan.error()).find("class 0.2S") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(
    a_point_that_no_method_resolves_in_time_stays_as_not_run_with_the_time_it_needs) {
  const auto inputs = shipped_inputs(
      with(with(shipped_suite(), "methods: [pulses, register_advance, instantaneous]",
                "methods: [pulses]"),
           "maximum_duration: ", "maximum_duration: 30 s #"));
  const auto plan = plan_of(inputs);
  BOOST_TEST(point(plan, "balanced/import/0.01In/1").not_run_reason() ==
             "pulses: needs 97.9 s, the suite allows 30 s");
  BOOST_TEST(point(plan, "balanced/import/Imax/1").not_run_reason().empty());
}

// Its link says what it has when it is asked.
BOOST_AUTO_TEST_CASE(a_device_without_a_register_map_is_believed_to_have_what_a_method_needs) {
  auto inputs = shipped_inputs();
  inputs.device.message.mutable_device()->clear_modbus();
  BOOST_TEST(point(plan_of(inputs), "meter-constant").not_run_reason() == "");
  inputs.device.message.mutable_device()->mutable_modbus();
  BOOST_TEST(point(plan_of(inputs), "meter-constant").not_run_reason().find("the device has no") !=
             std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
