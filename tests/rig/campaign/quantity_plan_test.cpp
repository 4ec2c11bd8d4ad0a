// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <map>
#include <string>

#include "meterrig/loader/load.h"
#include "quantity_points.h"
#include "shipped_inputs.h"

using namespace meterrig;
using meterrig::test::inputs_for_suite;
using meterrig::test::plan_of;
using meterrig::test::point;

namespace {

const char* const harmonics_suite = "iec-61557-12-harmonics-1";

}  // namespace

BOOST_AUTO_TEST_SUITE(quantity_plan)

BOOST_AUTO_TEST_CASE(the_sweep_has_a_point_for_every_order_of_voltage_and_current) {
  const auto plan = plan_of(inputs_for_suite(harmonics_suite));
  std::map<std::string, int> rows;
  for (const v1::PlannedPoint& planned : plan)
    if (planned.test() == "sweep") ++rows[planned.limit().row()];
  BOOST_TEST(rows["61557.Uh-1"] == 62);
  BOOST_TEST(rows["61557.Ih-1"] == 62);

  const v1::PlannedPoint& measuring = point(plan, "sweep/61557.Uh-1/h5");
  BOOST_TEST(measuring.procedure() == "quantity");
  BOOST_TEST(measuring.harmonic_order() == 5);
  BOOST_REQUIRE(measuring.decides_size() == 3);
  BOOST_TEST(measuring.decides(0) == "voltage_harmonic_5.L1");
  BOOST_REQUIRE(measuring.along_size() == 3);
  BOOST_TEST(measuring.along(2) == "current_harmonic_5.L3");
  BOOST_TEST(measuring.of_points().empty());
  // Two readings of a device that averages over 1 s.
  BOOST_TEST(measuring.duration_s() == 2);
  BOOST_TEST(measuring.settle_s() == 2.5);
  BOOST_TEST(measuring.influence().signal().voltage_harmonics(0).share() == 3);

  const v1::PlannedPoint& other = point(plan, "sweep/61557.Ih-1/h5");
  BOOST_REQUIRE(other.of_points_size() == 1);
  BOOST_TEST(other.of_points(0) == "sweep/61557.Uh-1/h5");
  BOOST_TEST(other.duration_s() == 0);
}

// At Un and In. Class 1: 5 % of the reading from 1 % Un and from 3 % In on, below 0.05 % of Un and
// 0.15 % of In.
BOOST_AUTO_TEST_CASE(each_order_of_a_mix_has_the_row_that_its_size_asks_for) {
  const auto plan = plan_of(inputs_for_suite(harmonics_suite));
  const v1::PlannedPoint& large = point(plan, "mixes/61557.Ih-1/six-pulse/h31");  // 3.2 %
  BOOST_TEST(large.limit().magnitude() == 5);
  BOOST_TEST(large.limit_unit() == "%");
  BOOST_TEST(point(plan, "mixes/61557.Uh-1/six-pulse/h13").limit().magnitude() == 5);
  const v1::PlannedPoint& small = point(plan, "small/61557.Uh-1-low/h63");  // 0.8 %
  BOOST_TEST(small.limit().magnitude() == 0.05);
  BOOST_TEST(small.limit_unit() == "% of rated");
  BOOST_TEST((small.limit_basis() == v1::LIMIT_BASIS_NOMINAL));
  BOOST_TEST(small.nominal_value() == 100);  // Un in % of the fundamental, which is Un
  BOOST_TEST(point(plan, "small/61557.Ih-1-low/h2").limit().magnitude() == 0.15);
  const v1::PlannedPoint& thd = point(plan, "mixes/61557.THDu/low-orders");
  BOOST_TEST(thd.limit().magnitude() == 1);
  BOOST_TEST(thd.limit_unit() == "%");
}

// A point is taken by the first of two rows alone: "from" belongs to a row, "below" does not.
BOOST_AUTO_TEST_CASE(a_value_at_the_bend_belongs_to_the_row_from_there_on) {
  auto inputs = inputs_for_suite(harmonics_suite);
  v1::Suite& suite = *inputs.suites.front().message.mutable_suite();
  v1::HarmonicSweep& sweep = *suite.mutable_tests(0)->mutable_quantity_error()->mutable_sweep();
  suite.mutable_tests(0)->mutable_quantity_error()->add_rows("61557.Uh-1-low");
  sweep.set_voltage_share(1);
  sweep.set_up_to(2);
  BOOST_TEST(point(plan_of(inputs), "sweep/61557.Uh-1/h2").limit().magnitude() == 5);
  BOOST_TEST(!point(plan_of(inputs), "sweep/61557.Uh-1-low").not_run_reason().empty());
  sweep.set_voltage_share(0.999);
  BOOST_TEST(point(plan_of(inputs), "sweep/61557.Uh-1-low/h2").limit().magnitude() == 0.05);
}

// 50 % of Un halves the fundamental: 100 % of Un is 200 % of it, and 3 % of it is 1.5 % of Un.
BOOST_AUTO_TEST_CASE(a_harmonic_of_a_lower_voltage_is_smaller_against_the_nominal_one) {
  auto inputs = inputs_for_suite(harmonics_suite);
  v1::QuantityError& spec =
      *inputs.suites.front().message.mutable_suite()->mutable_tests(2)->mutable_quantity_error();
  spec.mutable_levels(1)->mutable_condition()->set_voltage_factor(0.15);  // 5 % of it: 0.75 %
  const auto plan = plan_of(inputs);
  const v1::PlannedPoint& low = point(plan, "mixes/61557.Uh-1-low/low-orders/h5");
  BOOST_TEST(low.nominal_value() == 100 / 0.15, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(low.applied().elements(0).voltage() == 0.15 * 230,
             boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(reactive_power_is_tested_at_sin_phi) {
  const auto plan = plan_of(inputs_for_suite("iec-61557-12-1"));
  const v1::PlannedPoint& planned = point(plan, "reactive-power/61557.Qi-Sx/In");
  BOOST_TEST(planned.applied().elements(0).displacement() == 90,
             boost::test_tools::tolerance(1e-9));
  BOOST_TEST(planned.limit().magnitude() == 1);
  BOOST_TEST((planned.energy() == v1::ENERGY_REACTIVE));
  BOOST_TEST(point(plan, "active-power/61557.Pi-Sx/In").applied().elements(0).displacement() == 0);
}

BOOST_AUTO_TEST_CASE(only_a_point_that_takes_its_value_from_another_brings_that_one_along) {
  const auto inputs = inputs_for_suite(harmonics_suite);
  const auto plan = plan_of(inputs, {.only = {"sweep/61557.Ih-1/h5"}, .repeat = 1});
  BOOST_TEST(point(plan, "sweep/61557.Uh-1/h5").not_run_reason().empty());
  BOOST_TEST(!point(plan, "sweep/61557.Uh-1/h7").not_run_reason().empty());
}

BOOST_AUTO_TEST_CASE(a_sweep_that_ends_before_it_begins_is_refused) {
  auto inputs = inputs_for_suite(harmonics_suite);
  v1::QuantityError& spec =
      *inputs.suites.front().message.mutable_suite()->mutable_tests(0)->mutable_quantity_error();
  spec.mutable_sweep()->set_from(40);
  spec.mutable_sweep()->set_up_to(39);
  const auto plan = campaign::expand(inputs, {});
  BOOST_REQUIRE(!plan.has_value());
  BOOST_TEST(plan.error().front().found == "'39'");
  BOOST_TEST(plan.error().front().expected == "an order of at least 40, the sweep's from");
}

// sqrt(3^2 + 4^2)
BOOST_AUTO_TEST_CASE(distortion_is_the_root_of_the_sum_of_squares) {
  v1::InfluenceSignal signal;
  signal.add_voltage_harmonics()->set_share(3);
  signal.add_voltage_harmonics()->set_share(4);
  BOOST_TEST(campaign::distortion(signal.voltage_harmonics()) == 5);
  BOOST_TEST(campaign::distortion(signal.current_harmonics()) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
