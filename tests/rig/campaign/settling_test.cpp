// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "scripted_campaign.h"
#include "settling.h"

using namespace meterrig;
using meterrig::test::Campaign;

namespace {

v1::PlannedPoint error_at(const std::string& id, double amperes,
                          const std::string& procedure = "intrinsic_error") {
  v1::PlannedPoint point;
  point.set_id(id);
  point.set_procedure(procedure);
  point.mutable_applied()->set_frequency(50);
  point.mutable_applied()->add_elements()->set_current(amperes);
  return point;
}

std::vector<std::string> ids(const campaign::Plan& plan) {
  std::vector<std::string> names;
  names.reserve(plan.size());
  for (const v1::PlannedPoint& point : plan) names.push_back(point.id());
  return names;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(settling)

BOOST_AUTO_TEST_CASE(errors_with_one_signal_come_behind_one_another_and_the_rest_stays) {
  campaign::Plan plan{error_at("a1", 1),
                      error_at("none", 1, "no_load"),
                      error_at("a5", 5),
                      error_at("shift/reference", 5),
                      error_at("shift", 6, "influence"),
                      error_at("b5", 5, "repeatability"),
                      error_at("b1", 1, "meter_constant"),
                      error_at("c5", 5)};
  plan[4].add_of_points("shift/reference");
  campaign::put_equal_signals_together(plan);
  const std::vector<std::string> expected{"a1",   "b1", "none", "a5", "b5", "c5", "shift/reference",
                                          "shift"};
  BOOST_TEST(ids(plan) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_signal_does_not_stay_for_another_position_suite_temperature_or_repetition) {
  const v1::PlannedPoint before = error_at("a", 5);
  v1::PlannedPoint after = error_at("b", 5);
  BOOST_TEST(campaign::signal_stays(before, after));
  after.set_repetition(2);
  BOOST_TEST(!campaign::signal_stays(before, after));
  after = error_at("b", 5);
  after.set_position("2");
  BOOST_TEST(!campaign::signal_stays(before, after));
  after = error_at("b", 5);
  after.set_ambient_temperature(5);
  BOOST_TEST(!campaign::signal_stays(before, after));
  after = error_at("b", 5);
  after.mutable_applied()->set_frequency(50.5);
  BOOST_TEST(!campaign::signal_stays(before, after));
  campaign::Plan plan{error_at("a", 5), error_at("x", 1), error_at("b", 5)};
  plan[2].set_suite("another, with its own time to settle");
  campaign::put_equal_signals_together(plan);
  BOOST_TEST(ids(plan).back() == "b");
}

// The meter constant is measured at Imax and power factor 1, where the balanced load has an error
// too.
BOOST_AUTO_TEST_CASE(a_bench_that_keeps_its_signal_does_not_put_it_on_again) {
  for (const bool keeps : {false, true}) {
    Campaign campaign;
    campaign.keeps = keeps;
    campaign.options.only = {"balanced/import/Imax/1", "meter-constant"};
    const campaign::Plan plan = *campaign::expand(campaign.inputs, campaign.options);
    const auto asked = static_cast<std::size_t>(std::count_if(
        plan.begin(), plan.end(), [](auto& point) { return point.not_run_reason().empty(); }));
    BOOST_TEST(asked == 2U);
    const auto run = campaign.carry_out();
    BOOST_TEST_REQUIRE(run.has_value());
    BOOST_TEST(run->verdict() == v1::OUTCOME_PASS);
    BOOST_TEST(campaign.seeds.size() == (keeps ? 1U : 2U));
  }
}

BOOST_AUTO_TEST_CASE(what_is_saved_is_the_time_to_settle_of_the_second_of_two) {
  campaign::Plan plan{error_at("a", 5), error_at("b", 5), error_at("c", 1)};
  for (v1::PlannedPoint& point : plan) point.set_settle_s(2.5);
  BOOST_TEST(campaign::settling_saved(plan).in(second) == 2.5);
}

// What was not valid may have been because of what is on the terminals.
BOOST_AUTO_TEST_CASE(after_a_point_that_was_not_valid_the_signal_is_put_on_again) {
  Campaign campaign;
  campaign.keeps = true;
  campaign.disturbed_points = 3;  // all attempts at the first point
  campaign.options.only = {"balanced/import/Imax/1", "meter-constant"};
  const auto run = campaign.carry_out();
  BOOST_TEST_REQUIRE(run.has_value());
  BOOST_TEST(campaign.seeds.size() == 4U);
}

BOOST_AUTO_TEST_SUITE_END()
