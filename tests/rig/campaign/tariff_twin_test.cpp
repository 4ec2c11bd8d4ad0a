// SPDX-License-Identifier: GPL-3.0-or-later
// Tariffs of a simulated meter, from 00:00 on 1, from 00:02 on 2, from 00:04 on 1: when it switches
// late or early, what is found is by how much.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <string>

#include "shipped_inputs.h"
#include "tariff_device.h"
#include "twin_run.h"

using namespace meterrig;

namespace {

const std::vector<std::pair<double, int>> table{{0, 1}, {120, 2}, {240, 1}};

v1::PointResult result_of(const v1::Twin& model,
                          const std::vector<std::pair<double, int>>& own_table = table) {
  auto inputs = test::inputs_for_suite("iec-62053-22-0.5s-type-test");
  v1::Device device = inputs.device.message.device();
  test::add_tariffs(*inputs.device.message.mutable_device(), table);
  test::add_tariffs(device, own_table);
  const auto plan = test::plan_of(inputs, {.only = {"tariff"}, .repeat = 1});
  const v1::Run run = test::run_on_twin(inputs, plan, device, model);
  for (const v1::PointResult& result : run.results())
    if (result.point() == "tariff") return result;
  BOOST_FAIL("no result");
  return {};
}

v1::Twin late(double seconds) {
  v1::Twin model = test::shipped_twin();
  model.mutable_metering()->set_tariff_delay(seconds);
  return model;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tariff_twin)

BOOST_AUTO_TEST_CASE(a_meter_that_switches_in_time_passes) {
  const v1::PointResult result = result_of(late(0));
  BOOST_TEST((result.outcome() == v1::OUTCOME_PASS), result.reason());
  BOOST_TEST(result.unit() == "s");
  BOOST_TEST(std::abs(result.value()) <= result.expanded_uncertainty());
  // Registers of 1234 kWh as float32 have steps of 0.122 Wh, 0.106 s of 4140 W; triangular, of two
  // registers: 0.061 s. With what else there is, 0.1 s renewed, k = 2.
  BOOST_TEST(result.expanded_uncertainty() > 0.05);
  BOOST_TEST(result.expanded_uncertainty() < 0.3);
  BOOST_REQUIRE(result.comparisons_size() == 4);
  BOOST_TEST(result.comparisons(0).quantity() == "active_energy_import_t1.total");
  // From 10 s and a bit to 120 s, and from there to 180 s, of 4140 W.
  BOOST_TEST(result.comparisons(1).quantity() == "active_energy_import_t2.total");
  BOOST_TEST(std::abs(result.comparisons(1).reference() - 4140 * 60 / 3600.0) < 0.2);
}

BOOST_AUTO_TEST_CASE(what_is_found_is_how_late_it_switches) {
  for (const double seconds : {3.0, -4.0}) {
    const v1::PointResult result = result_of(late(seconds));
    BOOST_TEST((result.outcome() == v1::OUTCOME_PASS), result.reason());
    BOOST_TEST(std::abs(result.value() - seconds) <= result.expanded_uncertainty());
  }
  for (const double seconds : {7.0, -6.0}) {
    const v1::PointResult result = result_of(late(seconds));
    BOOST_TEST((result.outcome() == v1::OUTCOME_FAIL), result.reason());
    BOOST_TEST(std::abs(result.value() - seconds) <= result.expanded_uncertainty());
  }
}

// The registers are read half-way between the switches, a minute after the first: later than that
// cannot be told from never.
BOOST_AUTO_TEST_CASE(a_minute_late_fails) {
  for (const double seconds : {60.0, 100.0}) {
    const v1::PointResult result = result_of(late(seconds));
    BOOST_TEST((result.outcome() == v1::OUTCOME_FAIL), result.reason());
    BOOST_TEST(std::abs(result.value() - 60) < 0.5);
  }
}

// The energy of the second tariff goes to the third register: the second lacks all of it.
BOOST_AUTO_TEST_CASE(energy_in_a_third_register_fails) {
  const v1::PointResult result = result_of(late(0), {{0, 1}, {120, 3}, {240, 1}});
  BOOST_TEST((result.outcome() == v1::OUTCOME_FAIL), result.reason());
  BOOST_TEST(std::abs(result.value() - 60) < 0.5);
}

// 2 % of 110 s are 2.2 s: its own error is none of the switch.
BOOST_AUTO_TEST_CASE(the_error_of_the_meter_is_none_of_the_switch) {
  v1::Twin model = late(0);
  for (v1::ChannelError& channel : *model.mutable_front_end()->mutable_current())
    channel.set_gain(2);
  const v1::PointResult result = result_of(model);
  BOOST_TEST((result.outcome() == v1::OUTCOME_PASS), result.reason());
  BOOST_TEST(std::abs(result.value()) <= result.expanded_uncertainty());
}

BOOST_AUTO_TEST_CASE(a_device_without_one_of_the_registers_is_not_run) {
  auto inputs = test::inputs_for_suite("iec-62053-22-0.5s-type-test");
  const v1::Device without = inputs.device.message.device();
  test::add_tariffs(*inputs.device.message.mutable_device(), table);
  const auto plan = test::plan_of(inputs, {.only = {"tariff"}, .repeat = 1});
  const v1::Run run = test::run_on_twin(inputs, plan, without, late(0));
  for (const v1::PointResult& result : run.results()) {
    if (result.point() != "tariff") continue;
    BOOST_TEST((result.outcome() == v1::OUTCOME_NOT_RUN));
    BOOST_TEST(result.reason() ==
               "the device has no active_energy_import_t1.total, active_energy_import_t2.total");
  }
}

BOOST_AUTO_TEST_SUITE_END()
