// SPDX-License-Identifier: GPL-3.0-or-later
// Each shipped suite on a device that fits it: which row limits a point, and how.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "composite_error.h"
#include "meterrig/campaign/plan.h"
#include "no_load_time.h"
#include "quantity_limit.h"
#include "rated_currents.h"
#include "shipped_inputs.h"

using namespace meterrig;
using boost::test_tools::tolerance;

using meterrig::test::inputs_of;
using meterrig::test::plan_of;
using meterrig::test::point;

namespace {

bool has(const campaign::Plan& plan, const std::string& id) {
  return std::any_of(plan.begin(), plan.end(), [&](const auto& p) { return p.id() == id; });
}

using Limits = std::map<std::string, std::pair<std::string, double>>;

void check(const campaign::Plan& plan, const Limits& expected) {
  for (const auto& [id, row] : expected) {
    const v1::PlannedPoint& found = point(plan, id);
    BOOST_TEST(found.limit().row() == row.first, id);
    BOOST_TEST(found.limit().magnitude() == row.second, tolerance(1e-12));
  }
}

constexpr double per_pulse = 3.6e6 / 3200 / 3;  // W s of one phase, the shipped meter

}  // namespace

BOOST_AUTO_TEST_SUITE(standards_plan)

// The same suite for both connections; 1 A is 0.02 In of the one and 0.2 In of the other.
BOOST_AUTO_TEST_CASE(iec_62053_21_class_1_has_the_ranges_of_the_connection) {
  const auto through = inputs_of("iec-62053-21-1", {.accuracy_class = "1"});
  const auto ct = plan_of(through);
  check(ct, {
                {"balanced/import/0.02In/1", {"21.B1", 1.5}},
                {"balanced/import/0.05In/1", {"21.B2", 1.0}},
                {"balanced/export/Imax/1", {"21.B2", 1.0}},
                {"balanced/import/0.05In/0.5i", {"21.B3", 1.5}},
                {"balanced/import/0.05In/0.8c", {"21.B3c", 1.5}},
                {"balanced/import/0.1In/0.5i", {"21.B4", 1.0}},
                {"balanced/export/In/0.8c", {"21.B4c", 1.0}},
                {"single-phase/import/0.05In/1/L3", {"21.S1", 2.0}},
                {"single-phase/import/0.1In/0.5i/L2", {"21.S2", 2.0}},
                {"load-difference/L1", {"21.S3", 1.5}},
                {"meter-constant", {"21.MC", 0.1}},
                // 1.5 x 3.6e6 / (3200 x 3 x 230 V x 0.01 A) s
                {"starting/import", {"21.ST-1", 1.5 * per_pulse / (230 * 0.01)}},
            });
  BOOST_TEST(point(ct, "no-load").duration_s() == 240e3 / (3200 * 3 * 253.0 * 0.01) * 60,
             tolerance(1e-12));
  const auto direct_inputs = inputs_of(
      "iec-62053-21-1", {.accuracy_class = "1", .nominal = 5, .maximum = 60, .transformer = false});
  const auto direct = plan_of(direct_inputs);
  check(direct, {
                    {"balanced/import/0.05In/1", {"21.B1", 1.5}},
                    {"balanced/import/0.1In/1", {"21.B2", 1.0}},
                    {"balanced/import/0.1In/0.5i", {"21.B3", 1.5}},
                    {"balanced/import/0.1In/0.8c", {"21.B3c", 1.5}},
                    {"balanced/import/0.2In/0.5i", {"21.B4", 1.0}},
                    {"balanced/import/0.2In/0.8c", {"21.B4c", 1.0}},
                    {"single-phase/import/0.1In/1/L1", {"21.S1", 2.0}},
                    {"single-phase/import/0.2In/0.5i/L1", {"21.S2", 2.0}},
                    {"starting/export", {"21.ST-1", 1.5 * per_pulse / (230 * 0.02)}},
                });
  for (const char* none : {"balanced/import/0.02In/1", "balanced/import/0.05In/0.5i",
                           "single-phase/import/0.05In/1/L1"})
    BOOST_TEST(!has(direct, none), none);
  BOOST_TEST(point(direct, "no-load").duration_s() == 240e3 / (3200 * 3 * 253.0 * 0.02) * 60,
             tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(iec_62053_21_classes_0_5_and_2_have_limits_of_their_own) {
  const auto two_inputs = inputs_of("iec-62053-21-2", {.accuracy_class = "2"});
  const auto two = plan_of(two_inputs);
  check(two, {
                 {"balanced/import/0.02In/1", {"21.B1", 2.5}},
                 {"balanced/import/0.05In/1", {"21.B2", 2.0}},
                 {"balanced/import/0.05In/0.5i", {"21.B3", 2.5}},
                 {"balanced/import/0.1In/0.5i", {"21.B4", 2.0}},
                 {"single-phase/import/In/1/L1", {"21.S1", 3.0}},
                 {"single-phase/import/In/0.5i/L1", {"21.S2", 3.0}},
                 {"load-difference/L2", {"21.S3", 2.5}},
                 {"meter-constant", {"21.MC", 0.2}},
                 {"starting/import", {"21.ST-2", 1.5 * per_pulse / (230 * 0.015)}},
             });
  BOOST_TEST(!has(two, "balanced/import/In/0.8c"));
  const auto half_inputs = inputs_of("iec-62053-21-0.5", {.accuracy_class = "0.5"});
  const auto half = plan_of(half_inputs);
  check(half, {
                  {"balanced/import/0.02In/1", {"21.B1", 1.0}},
                  {"balanced/import/0.05In/1", {"21.B2", 0.5}},
                  {"balanced/import/0.05In/0.5i", {"21.B3", 1.0}},
                  {"balanced/import/0.05In/0.8c", {"21.B3c", 1.0}},
                  {"balanced/import/0.1In/0.5i", {"21.B4", 0.6}},
                  {"balanced/import/0.1In/0.8c", {"21.B4c", 0.6}},
                  {"single-phase/import/0.05In/1/L1", {"21.S1", 0.6}},
                  {"single-phase/import/0.1In/0.5i/L1", {"21.S2", 1.0}},
                  {"load-difference/L3", {"21.S3", 1.0}},
                  {"meter-constant", {"21.MC", 0.05}},
              });
  BOOST_TEST(point(half, "balanced/import/0.02In/1").limit().confidence() ==
             v1::CONFIDENCE_UNCERTAIN);
  BOOST_TEST(point(half, "balanced/import/0.05In/1").limit().confidence() == v1::CONFIDENCE_MEMORY);
}

// k = 1000 imp/kWh, three elements, 230 V, Imax 60 A, by hand.
BOOST_AUTO_TEST_CASE(no_load_times_follow_their_formulas) {
  campaign::NoLoadFigures figures{.constant = 1000,
                                  .elements = 3,
                                  .reference = volt(230),
                                  .rated = {},
                                  .starting = ampere(0.02),
                                  .limit_at_minimum = percent(1.5)};
  figures.rated.maximum = ampere(60);
  figures.rated.minimum = ampere(0.25);
  v1::NoLoadRow row;
  row.set_voltage_factor(1.1);
  row.set_time_coefficient(240e3);
  // 240000 / (1000 x 3 x 253 x 0.02) = 15.81 min
  BOOST_TEST(campaign::no_load_time(row, figures).in(second) == 948.616600790514, tolerance(1e-12));
  row.set_formula(v1::NO_LOAD_FORMULA_MAXIMUM);
  row.set_voltage_factor(1.15);
  row.set_time_coefficient(600e6);
  // 600e6 / (1000 x 3 x 230 x 60) = 14.49 min
  BOOST_TEST(campaign::no_load_time(row, figures).in(second) == 869.565217391304, tolerance(1e-12));
  row.set_formula(v1::NO_LOAD_FORMULA_MINIMUM);
  row.set_voltage_factor(1);
  row.set_time_coefficient(100e3);
  // 100e3 / (1.5 x 1000 x 3 x 230 x 0.25) = 0.38647 h
  BOOST_TEST(campaign::no_load_time(row, figures).in(second) == 1391.304347826087,
             tolerance(1e-12));
  row.set_formula(v1::NO_LOAD_FORMULA_FIXED);
  row.set_time_coefficient(20);
  BOOST_TEST(campaign::no_load_time(row, figures).in(second) == 1200);
}

// In 5 A through transformers: Itr = In / 20 = 0.25 A, Imin = 0.2 Itr = 0.05 A, Ist = 0.02 Itr of
// class C.
BOOST_AUTO_TEST_CASE(en_50470_3_has_its_ranges_in_itr) {
  const auto c_inputs = inputs_of("en-50470-3-c", {.accuracy_class = "C"});
  const auto c = plan_of(c_inputs);
  check(c, {
               {"balanced/import/Imin/1", {"50470.B1", 1.0}},
               {"balanced/export/Itr/1", {"50470.B2", 0.5}},
               {"balanced/import/10Itr/0.5i", {"50470.B3", 0.5}},
               {"balanced/import/Imax/0.8c", {"50470.B3", 0.5}},
               {"single-phase/import/10Itr/1/L2", {"50470.S1", 1.0}},
               {"single-phase/import/10Itr/0.5i/L2", {"50470.S2", 1.0}},
               {"meter-constant", {"50470.MC", 0.05}},
               {"starting/import", {"50470.ST-C", 1.5 * per_pulse / (230 * 0.005)}},
               {"composite/5..30degC/Imin/1", {"MPE.B1-1", 1.0}},
               {"composite/-10..5degC+30..40degC/Imin/0.5i", {"MPE.B1-2", 1.3}},
               {"composite/-25..-10degC+40..55degC/Imin/1", {"MPE.B1-3", 1.7}},
               {"composite/-40..-25degC+55..70degC/Imin/1", {"MPE.B1-4", 2.0}},
               {"composite/5..30degC/Itr/1", {"MPE.B2-1", 0.7}},
               {"composite/-10..5degC+30..40degC/10Itr/1", {"MPE.B2-2", 1.0}},
               {"composite/-25..-10degC+40..55degC/Imax/0.8c", {"MPE.B2-3", 1.3}},
               {"composite/-40..-25degC+55..70degC/Imax/1", {"MPE.B2-4", 1.5}},
               {"composite-single-phase/5..30degC/10Itr/1", {"MPE.S-1", 1.0}},
               {"composite-single-phase/-10..5degC+30..40degC/10Itr/1", {"MPE.S-2", 1.3}},
               {"composite-single-phase/-25..-10degC+40..55degC/10Itr/1", {"MPE.S-3", 1.7}},
               {"composite-single-phase/-40..-25degC+55..70degC/10Itr/1", {"MPE.S-4", 2.0}},
           });
  BOOST_TEST(!has(c, "balanced/import/Imin/0.5i"));
  BOOST_TEST(point(c, "balanced/import/Imin/1").applied().elements(0).current() == 0.05,
             tolerance(1e-12));
  BOOST_TEST(point(c, "balanced/import/10Itr/1").applied().elements(0).current() == 2.5,
             tolerance(1e-12));
  // The standard has no shift below Itr or at 0.8c, and no error at Imin with 0.5i.
  for (const char* none : {"composite/5..30degC/Imin/1", "composite/5..30degC/10Itr/0.8c"})
    BOOST_TEST(point(c, none).not_run_reason() ==
               "the composite error needs more than is measured at this load; shifts has no shift "
               "with the voltage; shifts has no shift with the frequency");
  BOOST_TEST(point(c, "composite/5..30degC/Imin/0.5i")
                 .not_run_reason()
                 .find("; balanced has no error; ") != std::string::npos);
  BOOST_TEST(point(c, "composite-single-phase/5..30degC/10Itr/1")
                 .not_run_reason()
                 .find("single-phase load needs its own") != std::string::npos);
  const v1::PlannedPoint& composite = point(c, "composite/5..30degC/Imax/0.5i");
  BOOST_TEST(composite.not_run_reason() == "");
  BOOST_TEST(composite.influence_title() == "5 to 30 degC");
  BOOST_TEST(point(c, "composite/-10..5degC+30..40degC/Imin/1").influence_title() ==
             "-10 to 5 and 30 to 40 degC");
  BOOST_TEST(
      (std::vector<std::string>(composite.of_points().begin(), composite.of_points().end()) ==
       std::vector<std::string>{
           "balanced/import/Imax/0.5i", "shifts/50470.V2/import/0.9Un/Imax/0.5i",
           "shifts/50470.V2/import/1.1Un/Imax/0.5i", "shifts/50470.F2/import/0.98fn/Imax/0.5i",
           "shifts/50470.F2/import/1.02fn/Imax/0.5i", "shifts/50470.TC2"}));
  BOOST_TEST(point(c, "no-load").duration_s() == 240e3 / (3200 * 3 * 264.5 * 0.005) * 60,
             tolerance(1e-12));
  // Direct: Itr = In / 10 = 0.5 A, Imin = 0.5 Itr, Ist = 0.05 Itr of class A, 0.04 of class B.
  const auto a_inputs = inputs_of(
      "en-50470-3-a", {.accuracy_class = "A", .nominal = 5, .maximum = 60, .transformer = false});
  const auto a = plan_of(a_inputs);
  check(a, {
               {"balanced/import/Imin/1", {"50470.B1", 2.5}},
               {"balanced/import/Itr/1", {"50470.B2", 2.0}},
               {"balanced/import/Itr/0.8c", {"50470.B3", 2.0}},
               {"single-phase/import/Itr/1/L1", {"50470.S1", 3.0}},
               {"single-phase/import/Itr/0.5i/L1", {"50470.S2", 3.0}},
               {"starting/import", {"50470.ST-A", 1.5 * per_pulse / (230 * 0.025)}},
               {"composite/5..30degC/Imin/1", {"MPE.B1-1", 3.5}},
           });
  BOOST_TEST(point(a, "balanced/import/Imin/1").applied().elements(0).current() == 0.25,
             tolerance(1e-12));
  const auto b_inputs = inputs_of(
      "en-50470-3-b", {.accuracy_class = "B", .nominal = 5, .maximum = 60, .transformer = false});
  const auto b = plan_of(b_inputs);
  check(b, {
               {"balanced/import/Imin/1", {"50470.B1", 1.5}},
               {"balanced/import/Itr/1", {"50470.B2", 1.0}},
               {"balanced/import/Itr/0.5i", {"50470.B3", 1.0}},
               {"single-phase/import/Imax/1/L3", {"50470.S1", 2.0}},
               {"single-phase/import/Imax/0.5i/L3", {"50470.S2", 2.0}},
               {"starting/import", {"50470.ST-B", 1.5 * per_pulse / (230 * 0.02)}},
               {"composite-single-phase/-40..-25degC+55..70degC/10Itr/1", {"MPE.S-4", 4.5}},
           });
}

BOOST_AUTO_TEST_CASE(declared_currents_count_before_those_of_the_relations_and_must_meet_them) {
  auto inputs = inputs_of("en-50470-3-b", {.accuracy_class = "B"});
  v1::Ratings& ratings = *inputs.device.message.mutable_device()->mutable_ratings();
  ratings.set_minimum_current(0.02);
  BOOST_TEST(point(plan_of(inputs), "balanced/import/Imin/1").applied().elements(0).current() ==
             0.02);
  ratings.set_minimum_current(0.06);  // 0.2 Itr is 0.05 A
  const auto refused = campaign::expand(inputs, {});
  BOOST_REQUIRE(!refused);
  BOOST_TEST(refused.error().front().found ==
             "Imin is 60 mA; 50470.R-Imin-T-BC wants at most 0.2 Itr, 50 mA");
  ratings.clear_minimum_current();
  ratings.set_maximum_current(5.5);  // 1.2 In is 6 A
  BOOST_TEST(!campaign::expand(inputs, {}));
}

BOOST_AUTO_TEST_CASE(a_level_that_nothing_gives_is_a_finding) {
  auto inputs = inputs_of("en-50470-3-b", {.accuracy_class = "B"});
  inputs.standards.front().message.mutable_standard()->clear_current_relations();
  const auto refused = campaign::expand(inputs, {});
  BOOST_REQUIRE(!refused);
  BOOST_TEST(loader::to_string(refused.error()).find("which is not known of") != std::string::npos);
}

// 3-4-12-84 makes 85, and each term by itself is itself.
BOOST_AUTO_TEST_CASE(the_composite_error_is_the_root_of_the_sum_of_squares) {
  using campaign::composite_error;
  const auto of = [](double e, double t, double u, double f) {
    return composite_error({.intrinsic = percent(e),
                            .temperature = percent(t),
                            .voltage = percent(u),
                            .frequency = percent(f)})
        .in(percent);
  };
  BOOST_TEST(of(3, 4, 12, 84) == 85, tolerance(1e-14));
  BOOST_TEST(of(-0.6, 0.8, 0, 0) == 1, tolerance(1e-14));
  BOOST_TEST(of(0.4, 0, 0, 0) == 0.4);
  BOOST_TEST(of(0, 0.4, 0, 0) == 0.4);
  BOOST_TEST(of(0, 0, 0.4, 0) == 0.4);
  BOOST_TEST(of(0, 0, 0, -0.4) == 0.4);
  // 0.5 % of class B, 0.05 %/K over 25 K, 0.7 and 0.5 %: sqrt(0.25 + 1.5625 + 0.49 + 0.25) < 2 %.
  BOOST_TEST(of(0.5, 1.25, 0.7, 0.5) == 1.597654530867046, tolerance(1e-12));
  BOOST_TEST(!composite_error({.intrinsic = percent(1),
                               .temperature = {},
                               .voltage = percent(0),
                               .frequency = percent(0)})
                  .known());
}

// sin phi 1, 0.5 and 0.25: 90, 30 and 14.4775 degrees; capacitive leads; export turns by 180.
BOOST_AUTO_TEST_CASE(reactive_points_are_at_sin_phi) {
  const auto inputs = inputs_of("iec-62053-24-0.5s", {.accuracy_class = "0.5S"});
  const auto plan = plan_of(inputs);
  const auto angle = [&](const std::string& id) {
    return point(plan, id).applied().elements(1).displacement();
  };
  BOOST_TEST(angle("balanced/import/In/1") == 90, tolerance(1e-12));
  BOOST_TEST(angle("balanced/import/In/0.5i") == 30, tolerance(1e-12));
  BOOST_TEST(angle("balanced/import/In/0.5c") == -30, tolerance(1e-12));
  BOOST_TEST(angle("balanced/import/In/0.25i") == 14.477512185929925, tolerance(1e-12));
  BOOST_TEST(angle("balanced/export/In/1") == 270, tolerance(1e-12));
  BOOST_TEST(angle("balanced/export/In/0.5i") == 210, tolerance(1e-12));
  BOOST_TEST(angle("balanced/export/In/0.5c") == 150, tolerance(1e-12));
  BOOST_TEST(point(plan, "balanced/import/In/1").energy() == v1::ENERGY_REACTIVE);
}

// S0-1 of the shipped meter gives 100 imp/kvarh.
BOOST_AUTO_TEST_CASE(reactive_energy_is_measured_by_its_own_output_and_registers) {
  auto inputs = inputs_of("iec-62053-24-0.5s", {.accuracy_class = "0.5S"});
  constexpr double per_reactive_pulse = 3.6e6 / 100 / 3;  // var s of one phase
  const auto plan = plan_of(inputs);
  BOOST_TEST(point(plan, "balanced/import/In/1").method() == v1::METHOD_PULSES);
  for (const char* id : {"no-load", "starting/import", "starting/export", "meter-constant"})
    BOOST_TEST(point(plan, id).not_run_reason() == "", id);
  const v1::PlannedPoint& starting = point(plan, "starting/import");
  BOOST_TEST(starting.limit().magnitude() ==
                 1.5 * per_reactive_pulse / (230 * starting.applied().elements(0).current()),
             tolerance(1e-12));
  BOOST_TEST(starting.applied().elements(0).displacement() == 90, tolerance(1e-12));
  // Three intervals of 3 x 230 V x 5 A x sin phi at least.
  BOOST_TEST(point(plan, "balanced/import/In/0.25c").duration_s() ==
                 3 * per_reactive_pulse / (230 * 5 * 0.25),
             tolerance(1e-9));
  inputs.device.message.mutable_device()->mutable_pulse_outputs(0)->set_test_output(false);
  for (const char* id : {"no-load", "starting/import", "starting/export", "meter-constant"}) {
    BOOST_TEST(point(plan_of(inputs), id).not_run_reason() ==
                   "the device has no test output of reactive energy",
               id);
    BOOST_TEST(point(plan_of(inputs), id).duration_s() == 0, id);
  }
  BOOST_TEST(point(plan_of(inputs), "balanced/import/In/1").method() ==
             v1::METHOD_REGISTER_ADVANCE);
  v1::Suite& suite = *inputs.suites.front().message.mutable_suite();
  suite.clear_methods();
  suite.add_methods(v1::METHOD_PULSES);
  BOOST_TEST(point(plan_of(inputs), "balanced/import/In/1").not_run_reason() ==
             "pulses: the device has no test output of reactive energy");
  inputs.device.message.mutable_device()->mutable_ratings()->clear_reactive_accuracy_classes();
  const auto refused = campaign::expand(inputs, {});
  BOOST_REQUIRE(!refused);
  BOOST_TEST(refused.error().front().expected ==
             "a class that SMART X96-5A claims for reactive energy: (none)");
}

BOOST_AUTO_TEST_CASE(repeatability_is_a_tenth_of_the_loads_limit_for_ten_measurements) {
  const auto inputs = inputs_of("en-50470-3-c", {.accuracy_class = "C"});
  const auto plan = plan_of(inputs);
  const v1::PlannedPoint& found = point(plan, "repeatability/import/Imax/1");
  BOOST_TEST(found.limit().row() == "50470.RP");
  BOOST_TEST(found.limit().magnitude() == 0.05, tolerance(1e-12));
  BOOST_TEST(found.limit().confidence() == v1::CONFIDENCE_UNCERTAIN);
  BOOST_TEST(found.measurements() == 10);
  BOOST_TEST(
      campaign::expected_time(found).in(second) == found.settle_s() + 10 * found.duration_s(),
      tolerance(1e-12));
  auto other = inputs;
  v1::Test& test =
      *std::find_if(other.suites.front().message.mutable_suite()->mutable_tests()->begin(),
                    other.suites.front().message.mutable_suite()->mutable_tests()->end(),
                    [](const v1::Test& t) { return t.has_repeatability(); });
  test.mutable_repeatability()->set_limit_rows(0, "50470.B1");
  const auto refused = campaign::expand(other, {});
  BOOST_REQUIRE(!refused);
  BOOST_TEST(refused.error().front().expected ==
             "an error row with balanced load that limits the point");
}

BOOST_AUTO_TEST_CASE(a_start_up_needs_pulses_faster_than_its_time) {
  auto inputs = inputs_of("iec-62053-21-1", {.accuracy_class = "1"});
  const auto plan = plan_of(inputs);
  const v1::PlannedPoint& found = point(plan, "start-up");
  BOOST_TEST(found.limit().row() == "21.SU");
  BOOST_TEST(found.limit().magnitude() == 5);
  BOOST_TEST(found.duration_s() == 35);
  BOOST_TEST(found.applied().elements(2).current() == 6);
  BOOST_TEST(found.not_run_reason() == "");
  for (v1::Test& test : *inputs.suites.front().message.mutable_suite()->mutable_tests())
    if (test.has_start_up()) test.mutable_start_up()->mutable_current()->set_factor(0.01);
  BOOST_TEST(point(plan_of(inputs), "start-up").not_run_reason().starts_with("pulses come every"));
}

BOOST_AUTO_TEST_CASE(iec_62053_23_limits_follow_the_class) {
  const auto two_inputs = inputs_of("iec-62053-23-2", {.accuracy_class = "2"});
  check(plan_of(two_inputs), {
                                 {"balanced/import/0.02In/1", {"23.B1", 2.5}},
                                 {"balanced/import/0.05In/1", {"23.B2", 2.0}},
                                 {"balanced/import/0.05In/0.5c", {"23.B3", 2.5}},
                                 {"balanced/import/0.1In/0.5i", {"23.B4", 2.0}},
                                 {"balanced/import/0.1In/0.25i", {"23.B5", 2.5}},
                                 {"single-phase/import/0.05In/1/L1", {"23.S1", 3.0}},
                                 {"single-phase/import/0.1In/0.5c/L1", {"23.S2", 3.0}},
                                 {"load-difference/L1", {"23.S3", 2.5}},
                                 {"meter-constant", {"23.MC", 0.2}},
                             });
  const auto three_inputs = inputs_of(
      "iec-62053-23-3", {.accuracy_class = "3", .nominal = 5, .maximum = 60, .transformer = false});
  check(plan_of(three_inputs), {
                                   {"balanced/import/0.05In/1", {"23.B1", 4.0}},
                                   {"balanced/import/0.1In/1", {"23.B2", 3.0}},
                                   {"balanced/import/0.1In/0.5i", {"23.B3", 4.0}},
                                   {"balanced/import/0.2In/0.5i", {"23.B4", 3.0}},
                                   {"balanced/import/0.2In/0.25c", {"23.B5", 4.0}},
                                   {"single-phase/import/0.1In/1/L1", {"23.S1", 4.0}},
                                   {"single-phase/import/0.2In/0.5i/L1", {"23.S2", 4.0}},
                                   {"load-difference/L1", {"23.S3", 3.5}},
                               });
}

BOOST_AUTO_TEST_CASE(iec_62053_24_limits_follow_the_class) {
  const auto half_inputs = inputs_of("iec-62053-24-0.5s", {.accuracy_class = "0.5S"});
  check(plan_of(half_inputs), {
                                  {"balanced/import/0.01In/1", {"24.B1", 1.0}},
                                  {"balanced/import/0.05In/1", {"24.B2", 0.5}},
                                  {"balanced/import/0.05In/0.5c", {"24.B3", 1.0}},
                                  {"balanced/import/0.1In/0.5i", {"24.B4", 0.5}},
                                  {"balanced/import/0.1In/0.25i", {"24.B5", 1.0}},
                                  {"single-phase/import/0.05In/1/L1", {"24.S1", 0.7}},
                                  {"single-phase/import/0.1In/0.5c/L1", {"24.S2", 1.0}},
                                  {"single-phase/import/0.1In/0.25c/L1", {"24.S4", 1.5}},
                                  {"load-difference/L1", {"24.S3", 0.7}},
                                  {"meter-constant", {"24.MC", 0.05}},
                              });
  for (const char* c : {"1S", "1"}) {
    std::string id = std::string("iec-62053-24-") + (c == std::string("1S") ? "1s" : "1");
    const auto inputs = inputs_of(id, {.accuracy_class = c});
    check(plan_of(inputs), {
                               {"balanced/import/0.01In/1", {"24.B1", 1.5}},
                               {"balanced/import/0.05In/1", {"24.B2", 1.0}},
                               {"balanced/import/0.05In/0.5c", {"24.B3", 1.5}},
                               {"balanced/import/0.1In/0.5i", {"24.B4", 1.0}},
                               {"balanced/import/0.1In/0.25i", {"24.B5", 2.0}},
                               {"single-phase/import/0.05In/1/L1", {"24.S1", 1.5}},
                               {"single-phase/import/0.1In/0.5c/L1", {"24.S2", 2.0}},
                               {"single-phase/import/0.1In/0.25c/L1", {"24.S4", 3.0}},
                               {"load-difference/L1", {"24.S3", 1.5}},
                           });
  }
  for (const double c : {2.0, 3.0}) {
    const std::string name = c == 2 ? "2" : "3";
    const auto inputs = inputs_of("iec-62053-24-" + name, {.accuracy_class = name});
    check(plan_of(inputs), {
                               {"balanced/import/0.02In/1", {"24.C1", c == 2 ? 2.5 : 4.0}},
                               {"balanced/import/0.05In/1", {"24.C2", c}},
                               {"balanced/import/0.05In/0.5c", {"24.C3", c == 2 ? 2.5 : 4.0}},
                               {"balanced/import/0.1In/0.5i", {"24.C4", c}},
                               {"balanced/import/0.1In/0.25i", {"24.C5", c == 2 ? 2.5 : 4.0}},
                               {"single-phase/import/In/1/L1", {"24.CS1", c + 1}},
                               {"single-phase/import/In/0.5i/L1", {"24.CS2", c + 1}},
                               {"load-difference/L1", {"24.CS3", c + 0.5}},
                           });
  }
}

// Imax 6 A through transformers: Itr = 6 / 24 = 0.25 A, Imin = 6 / 120 = 0.05 A, Ist = 6 / 600 =
// 0.01 A of class B. At Ist the limit is 1.5 x 0.05 / 0.01, at 2 Ist half of that.
BOOST_AUTO_TEST_CASE(oiml_r46_limits_rise_below_imin) {
  const auto b_inputs = inputs_of("oiml-r46-b", {.accuracy_class = "B"});
  const auto b = plan_of(b_inputs);
  check(b, {
               {"below-minimum/import/Ist/1", {"R46.E5", 7.5}},
               {"below-minimum/import/2Ist/1", {"R46.E5", 3.75}},
               {"balanced/import/Imin/1", {"R46.E3", 1.5}},
               {"balanced/import/Imin/0.5i", {"R46.E4", 1.8}},
               {"balanced/import/Itr/1", {"R46.E1", 1.0}},
               {"balanced/import/Itr/0.8c", {"R46.E2", 1.5}},
               {"single-phase/import/10Itr/1/L1", {"R46.S1", 1.0}},
               {"single-phase/import/10Itr/0.5i/L1", {"R46.S2", 1.5}},
               {"load-balance/L1", {"R46.LB1", 1.0}},
               {"load-balance-max/L2", {"R46.LB1-max", 1.0}},
               {"load-balance-0.5i/L3", {"R46.LB2", 1.5}},
               {"load-balance-max-0.5i/L3", {"R46.LB2-max", 1.5}},
               {"meter-constant", {"R46.MC", 0.1}},
               {"starting/import", {"R46.ST", 1.5 * per_pulse / (230 * 0.01)}},
           });
  BOOST_TEST(point(b, "below-minimum/import/2Ist/1").applied().elements(0).current() == 0.02,
             tolerance(1e-12));
  // 100e3 / (1.5 x 3200 x 3 x 230 x 0.05) h
  BOOST_TEST(point(b, "no-load").duration_s() == 100e3 / (1.5 * 3200 * 3 * 230 * 0.05) * 3600,
             tolerance(1e-12));
  const std::map<std::string, std::vector<double>> others{
      // E1, E2, E3, E4, LB1, LB2; Imin / Ist x the limit at Imin
      {"A", {2.0, 2.5, 2.5, 2.5, 1.5, 2.5, 2.5 * 480 / 60}},
      {"C", {0.5, 0.6, 1.0, 1.0, 0.7, 1.0, 1.0 * 1200 / 120}},
      {"D", {0.2, 0.3, 0.4, 0.5, 0.3, 0.5, 0.4 * 1200 / 120}},
  };
  for (const auto& [name, limit] : others) {
    const std::string suite = name == "A"   ? "oiml-r46-a"
                              : name == "C" ? "oiml-r46-c"
                                            : "oiml-r46-d";
    const auto inputs = inputs_of(suite, {.accuracy_class = name});
    check(plan_of(inputs), {
                               {"balanced/import/Imax/1", {"R46.E1", limit[0]}},
                               {"balanced/import/Imax/0.5i", {"R46.E2", limit[1]}},
                               {"balanced/import/Imin/1", {"R46.E3", limit[2]}},
                               {"balanced/import/Imin/0.8c", {"R46.E4", limit[3]}},
                               {"load-balance/L1", {"R46.LB1", limit[4]}},
                               {"load-balance-0.5i/L1", {"R46.LB2", limit[5]}},
                               {"below-minimum/import/Ist/1", {"R46.E5", limit[6]}},
                           });
  }
}

BOOST_AUTO_TEST_CASE(iec_61557_12_energy_follows_the_connection_and_the_class) {
  const auto half_inputs = inputs_of("iec-61557-12-0.5", {.accuracy_class = "0.5"});
  check(plan_of(half_inputs), {
                                  {"balanced/import/0.01In/1", {"61557.P-Sx1", 1.0}},
                                  {"balanced/import/0.05In/1", {"61557.P-Sx2", 0.5}},
                                  {"balanced/import/0.02In/0.5i", {"61557.P-Sx3", 1.0}},
                                  {"balanced/import/0.1In/0.8c", {"61557.P-Sx4", 0.6}},
                              });
  const auto one_inputs = inputs_of("iec-61557-12-1", {.accuracy_class = "1"});
  check(plan_of(one_inputs), {
                                 {"balanced/import/0.02In/1", {"61557.P-Sx1b", 1.5}},
                                 {"balanced/import/0.05In/1", {"61557.P-Sx2", 1.0}},
                                 {"balanced/import/0.05In/0.5i", {"61557.P-Sx3b", 1.5}},
                                 {"balanced/import/0.1In/0.8c", {"61557.P-Sx4", 1.0}},
                             });
  const auto direct_inputs = inputs_of(
      "iec-61557-12-2", {.accuracy_class = "2", .nominal = 5, .maximum = 60, .transformer = false});
  check(plan_of(direct_inputs), {
                                    {"balanced/import/0.05In/1", {"61557.P-DD1", 2.5}},
                                    {"balanced/import/0.1In/1", {"61557.P-DD2", 2.0}},
                                    {"balanced/import/0.1In/0.5i", {"61557.P-DD3", 2.5}},
                                    {"balanced/import/0.2In/0.8c", {"61557.P-DD4", 2.0}},
                                });
}

BOOST_AUTO_TEST_CASE(
    a_connection_for_which_no_starting_current_is_stated_leaves_its_points_not_run) {
  const auto inputs =
      inputs_of("iec-61557-12-0.5",
                {.accuracy_class = "0.5", .nominal = 5, .maximum = 60, .transformer = false});
  for (const char* id : {"no-load", "starting/import", "starting/export"})
    BOOST_TEST(point(plan_of(inputs), id).not_run_reason() ==
                   "the row states no starting current for the device's connection",
               id);
}

BOOST_AUTO_TEST_CASE(
    quantities_are_planned_with_their_limit_and_those_that_nothing_measures_with_the_reason) {
  const auto inputs = inputs_of("iec-61557-12-0.5", {.accuracy_class = "0.5"});
  const auto plan = plan_of(inputs);
  check(plan, {
                  {"active-power/61557.Pi-Sx/0.05In", {"61557.Pi-Sx", 0.5}},
                  {"apparent-power/61557.S-Sx/0.05In", {"61557.S-Sx", 0.5}},
                  {"apparent-power/61557.S-Sx-low/0.02In", {"61557.S-Sx-low", 1.0}},
                  {"frequency/61557.f/0.9fn", {"61557.f", 0.1}},
                  {"current/61557.I-Sx/Imax", {"61557.I-Sx", 0.5}},
                  {"current/61557.IN", {"61557.IN", 0.5}},
                  {"voltage/61557.U/1.2Un", {"61557.U", 0.5}},
                  {"voltage/61557.dip", {"61557.dip", 0.5}},
                  {"power-factor/61557.PF/In-0.8c", {"61557.PF", 0.01}},
                  {"unbalance/61557.Unb", {"61557.Unb", 0.5}},
                  {"distortion/61557.THDu/low-orders", {"61557.THDu", 1.0}},
                  {"distortion/61557.THDi/none", {"61557.THDi", 1.0}},
                  {"harmonics/61557.Uh-1/low-orders/h3", {"61557.Uh-1", 5.0}},
                  {"harmonics/61557.Ih-1-low", {"61557.Ih-1-low", 0.15}},
              });
  BOOST_TEST(!has(plan, "current/61557.I-DD"));
  BOOST_TEST(!has(plan, "apparent-power/61557.S-Sx/0.02In"));
  BOOST_TEST(point(plan, "unbalance/61557.Unb").not_run_reason() ==
             "no procedure of this version measures the error of voltage_unbalance");
  BOOST_TEST(point(plan, "harmonics/61557.Ih-1-low").not_run_reason() ==
             "no level of this test lies in the range of 61557.Ih-1-low");
  BOOST_TEST(point(plan, "power-factor/61557.PF/In-1").limit_unit() == "1");
  BOOST_TEST(point(plan, "harmonics/61557.Ih-1-low").limit_unit() == "% of rated");
}

BOOST_AUTO_TEST_CASE(the_limit_of_a_quantity_in_its_own_unit_follows_its_basis) {
  v1::QuantityRow row;
  row.set_basis(v1::LIMIT_BASIS_READING);
  BOOST_TEST(campaign::absolute_limit(row, 0.5, -230, 400) == 1.15, tolerance(1e-14));
  row.set_basis(v1::LIMIT_BASIS_NOMINAL);
  BOOST_TEST(campaign::absolute_limit(row, 0.05, 1, 230) == 0.115, tolerance(1e-14));
  row.set_basis(v1::LIMIT_BASIS_ABSOLUTE);
  BOOST_TEST(campaign::absolute_limit(row, 0.01, 0.5, 1) == 0.01);
}

// A class 20 meter of ANSI: TA 2.5 A, CL 20 A.
BOOST_AUTO_TEST_CASE(ansi_c12_20_has_its_points_between_the_lowest_and_class_amperes) {
  const std::map<std::string, std::vector<double>> limits{
      {"0.1", {0.2, 0.1}}, {"0.2", {0.4, 0.2}}, {"0.5", {1.0, 0.5}}};
  for (const auto& [name, limit] : limits) {
    const auto inputs =
        inputs_of("ansi-c12.20-" + name, {.accuracy_class = name, .nominal = 2.5, .maximum = 20});
    const auto plan = plan_of(inputs);
    check(plan, {
                    {"balanced/import/0.06In/1", {"C12.LP1", limit[0]}},
                    {"balanced/import/0.1In/1", {"C12.LP2", limit[1]}},
                    {"balanced/export/Imax/1", {"C12.LP2", limit[1]}},
                    {"starting/import", {"C12.ST", 1.5 * per_pulse / (230 * 0.01)}},
                });
    BOOST_TEST(point(plan, "balanced/import/0.06In/1").applied().elements(0).current() == 0.15,
               tolerance(1e-12));
    BOOST_TEST(point(plan, "balanced/import/7.2In/1").applied().elements(0).current() == 18,
               tolerance(1e-12));
    BOOST_TEST(point(plan, "no-load").duration_s() == 1200);
  }
}

BOOST_AUTO_TEST_SUITE_END()
