// SPDX-License-Identifier: GPL-3.0-or-later
#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "shipped_inputs.h"
#include "tariff_device.h"
#include "tariff_table.h"

using namespace meterrig;
using meterrig::test::add_tariffs;

namespace {

campaign::Inputs inputs_with(const std::vector<std::pair<double, int>>& table) {
  campaign::Inputs inputs = test::inputs_for_suite("iec-62053-22-0.5s-type-test");
  add_tariffs(*inputs.device.message.mutable_device(), table);
  return inputs;
}

// "0 s 1, 120 s 2, 240 s 1"
std::string changes(const v1::Device& device, double after) {
  std::string text;
  for (const v1::TariffSwitch& change : campaign::tariff_changes(device, after))
    text += (text.empty() ? "" : ", ") + std::to_string(static_cast<int>(change.time())) + " s " +
            std::to_string(change.tariff());
  return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tariff_plan)

BOOST_AUTO_TEST_CASE(a_device_with_registers_and_a_table_is_measured_through_two_switches) {
  const auto inputs = inputs_with({{240, 1}, {120, 2}, {0, 1}});
  const auto plan = test::plan_of(inputs);
  const v1::PlannedPoint& point = test::point(plan, "tariff");
  BOOST_TEST(point.procedure() == "tariff");
  BOOST_TEST(point.not_run_reason() == "");
  BOOST_TEST(point.limit().row() == "22.TF");
  BOOST_TEST(point.limit().magnitude() == 5);
  BOOST_TEST((point.limit().confidence() == v1::CONFIDENCE_UNCERTAIN));
  BOOST_REQUIRE(point.tariff_switches_size() == 3);
  BOOST_TEST(point.tariff_switches(2).time() == 240);
  BOOST_TEST(point.duration_s() == 240 + 4 * 5);
  BOOST_TEST(point.applied().elements(1).current() == 6);
  for (const v1::PlannedPoint& other : plan)
    BOOST_TEST((&other == &point || other.limit().row() != "22.TF"));
}

BOOST_AUTO_TEST_CASE(a_device_without_is_left_to_a_person) {
  for (const bool registers : {false, true}) {
    auto inputs = test::inputs_for_suite("iec-62053-22-0.5s-type-test");
    if (registers) add_tariffs(*inputs.device.message.mutable_device(), {{0, 1}, {60, 1}});
    const auto plan = test::plan_of(inputs);
    const v1::PlannedPoint& point = test::point(plan, "tariff/22.TF");
    BOOST_TEST(point.manual());
    BOOST_TEST(point.influence_title() == "Tariff control");
    BOOST_TEST(point.not_run_reason().find("each tariff in turn") != std::string::npos);
  }
  // A table that names a tariff without a register.
  const auto inputs = inputs_with({{0, 1}, {60, 4}});
  BOOST_TEST(test::point(test::plan_of(inputs), "tariff/22.TF").manual());
}

BOOST_AUTO_TEST_CASE(a_table_of_hours_takes_longer_than_the_suite_allows) {
  const auto inputs = inputs_with({{6 * 3600.0, 1}, {22 * 3600.0, 2}});
  BOOST_TEST(
      test::point(test::plan_of(inputs), "tariff").not_run_reason() ==
      "it takes 79220 s from the voltage to the second switch of the tariff, the suite allows "
      "3600 s; a table for the test may switch sooner");
}

BOOST_AUTO_TEST_CASE(changes_go_on_from_day_to_day) {
  v1::Device device;
  add_tariffs(device, {{0, 1}, {120, 2}, {240, 1}});
  BOOST_TEST(changes(device, 15) == "0 s 1, 120 s 2, 240 s 1");
  BOOST_TEST(changes(device, 120) == "120 s 2, 240 s 1, 86520 s 2");
  BOOST_TEST(changes(device, 1000) == "240 s 1, 86520 s 2, 86640 s 1");
  add_tariffs(device, {{21600, 1}, {79200, 2}});
  BOOST_TEST(changes(device, 15) == "0 s 2, 21600 s 1, 79200 s 2");
  // A switch that changes nothing.
  add_tariffs(device, {{0, 1}, {60, 1}, {120, 2}, {180, 2}, {200, 3}});
  BOOST_TEST(changes(device, 15) == "0 s 1, 120 s 2, 200 s 3");
}

BOOST_AUTO_TEST_CASE(a_row_that_there_is_not_is_refused) {
  auto inputs = inputs_with({{0, 1}, {60, 2}});
  for (v1::Test& test : *inputs.suites.front().message.mutable_suite()->mutable_tests())
    if (test.has_tariff()) test.mutable_tariff()->set_row("22.SU");
  const auto plan = campaign::expand(inputs, {});
  BOOST_REQUIRE(!plan.has_value());
  BOOST_TEST(plan.error().front().expected == "the id of a tariff row of IEC 62053-22 2020");
}

BOOST_AUTO_TEST_SUITE_END()
