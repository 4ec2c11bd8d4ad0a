// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "meterrig/campaign/retest.h"
#include "scripted_campaign.h"

using namespace meterrig;
using meterrig::test::Campaign;
using meterrig::test::counted;

namespace {

v1::Suite& suite_of(campaign::Inputs& inputs, std::size_t number = 0) {
  return *inputs.suites.at(number).message.mutable_suite();
}

v1::Ratings& ratings_of(campaign::Inputs& inputs) {
  return *inputs.device.message.mutable_device()->mutable_ratings();
}

void condition(campaign::Inputs& inputs, double seconds, std::size_t suite = 0) {
  suite_of(inputs, suite).mutable_conditioning()->set_duration(seconds);
}

bool asked(const v1::PlannedPoint& point) { return point.not_run_reason().empty(); }

}  // namespace

BOOST_AUTO_TEST_SUITE(steps)

BOOST_AUTO_TEST_CASE(a_suite_without_conditioning_has_no_step) {
  const campaign::Plan plan = test::plan_of(test::shipped_inputs());
  BOOST_TEST(std::none_of(plan.begin(), plan.end(), [](auto& point) { return point.step(); }));
}

BOOST_AUTO_TEST_CASE(the_warm_up_comes_first_and_takes_the_longer_of_the_suites_and_the_devices) {
  for (const auto& [device, wanted] : {std::pair{60.0, 600.0}, std::pair{900.0, 900.0}}) {
    campaign::Inputs inputs = test::shipped_inputs();
    condition(inputs, 600);
    ratings_of(inputs).set_warm_up(device);
    const campaign::Plan plan = test::plan_of(inputs);
    const v1::PlannedPoint& step = plan.front();
    BOOST_TEST(step.id() == "warm-up");
    BOOST_TEST(step.step());
    BOOST_TEST(step.procedure() == "warm_up");
    BOOST_TEST(!step.has_limit());
    BOOST_TEST(step.duration_s() == wanted);
    BOOST_TEST(campaign::expected_time(step).in(second) == wanted);
    for (const v1::ElementPoint& element : step.applied().elements()) {
      BOOST_TEST(element.voltage() == 230);
      BOOST_TEST(element.current() == 0);
    }
    BOOST_TEST(std::count_if(plan.begin(), plan.end(), [](auto& p) { return p.step(); }) == 1);
  }
}

BOOST_AUTO_TEST_CASE(the_warm_up_carries_the_current_that_the_suite_asks_for) {
  campaign::Inputs inputs = test::shipped_inputs();
  condition(inputs, 600);
  v1::CurrentLevel& level = *suite_of(inputs).mutable_conditioning()->mutable_current();
  level.set_factor(1);
  level.set_base(v1::CURRENT_BASE_NOMINAL);
  const campaign::Plan plan = test::plan_of(inputs);
  for (const v1::ElementPoint& element : plan.front().applied().elements()) {
    BOOST_TEST(element.current() == ratings_of(inputs).nominal_current());
    BOOST_TEST(element.displacement() == 0);
  }
}

BOOST_AUTO_TEST_CASE(of_several_warm_ups_the_longest_stays) {
  campaign::Inputs inputs = test::shipped_inputs();
  inputs.suites.push_back(inputs.suites.front());
  inputs.standards.push_back(inputs.standards.front());
  suite_of(inputs, 1).set_id("second");
  condition(inputs, 600, 0);
  condition(inputs, 7200, 1);
  const campaign::Plan plan = test::plan_of(inputs);
  BOOST_TEST(plan.front().id() == "second/warm-up");
  BOOST_TEST(std::count_if(plan.begin(), plan.end(), [](auto& p) { return p.step(); }) == 1);
}

BOOST_AUTO_TEST_CASE(a_part_of_the_plan_keeps_the_step_before_it) {
  campaign::Inputs inputs = test::shipped_inputs();
  condition(inputs, 600);
  const campaign::Plan plan = test::plan_of(inputs, {.only = {"balanced/import/In/1"}});
  BOOST_TEST(asked(test::point(plan, "warm-up")));
  BOOST_TEST(asked(test::point(plan, "balanced/import/In/1")));
  BOOST_TEST(!asked(test::point(plan, "no-load")));
}

BOOST_AUTO_TEST_CASE(repeated_points_are_warmed_up_once) {
  campaign::Inputs inputs = test::shipped_inputs();
  condition(inputs, 600);
  const campaign::Plan plan = test::plan_of(inputs, {.only = {}, .repeat = 3});
  BOOST_TEST(std::count_if(plan.begin(), plan.end(), [](auto& p) { return p.step(); }) == 1);
}

BOOST_AUTO_TEST_CASE(a_step_is_done_and_decides_nothing) {
  Campaign campaign;
  condition(campaign.inputs, 600);
  const auto run = campaign.carry_out();
  BOOST_REQUIRE_MESSAGE(run.has_value(), (run ? "" : run.error().message));
  const v1::PointResult& step = run->results(0);
  BOOST_TEST(step.point() == "warm-up");
  BOOST_TEST(step.outcome() == v1::OUTCOME_DONE);
  BOOST_TEST(!step.has_value());
  BOOST_TEST(static_cast<double>(step.end_ns() - step.begin_ns()) * 1e-9 == 600,
             boost::test_tools::tolerance(1e-12));
  BOOST_TEST(counted(*run).at(v1::OUTCOME_PASS) == 12);
  BOOST_TEST(run->verdict() == v1::OUTCOME_PASS);
}

// While it was interrupted the output was off, nobody knows for how long.
BOOST_AUTO_TEST_CASE(a_resumed_run_warms_up_again_and_a_finished_one_does_not) {
  Campaign campaign;
  condition(campaign.inputs, 600);
  campaign.reads_before_error = 5;
  const auto broken = campaign.carry_out();
  BOOST_REQUIRE(broken.has_value());
  BOOST_TEST(broken->results(0).attempt() == 1u);
  campaign.reads_before_error.reset();
  const auto whole = campaign.carry_out(true);
  BOOST_REQUIRE(whole.has_value());
  BOOST_TEST(whole->results(0).outcome() == v1::OUTCOME_DONE);
  BOOST_TEST(whole->results(0).attempt() == 2u);
  BOOST_TEST(whole->verdict() == v1::OUTCOME_PASS);
  const auto finished = campaign.carry_out(true);
  BOOST_TEST(finished->results(0).attempt() == 2u);
}

BOOST_AUTO_TEST_CASE(a_retest_begins_with_the_step) {
  Campaign campaign;
  condition(campaign.inputs, 600);
  campaign.gain_percent = 0.8;
  const auto run = campaign.carry_out();
  BOOST_REQUIRE(run.has_value());
  const auto points = campaign::points_to_retest(*run, {"balanced/import/In/1"});
  BOOST_REQUIRE(points.has_value());
  BOOST_TEST(points->front() == "warm-up");
  BOOST_TEST(std::count(points->begin(), points->end(), "warm-up") == 1);
  campaign.settings.retest = campaign::Retest{.points = *points, .repeat = 2};
  const auto again = campaign.carry_out();
  BOOST_REQUIRE_MESSAGE(again.has_value(), (again ? "" : again.error().message));
  BOOST_TEST(again->results(0).attempt() == 2u);
}

BOOST_AUTO_TEST_SUITE_END()
