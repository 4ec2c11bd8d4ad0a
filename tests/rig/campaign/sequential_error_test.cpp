// SPDX-License-Identifier: GPL-3.0-or-later
// Errors that are measured until their verdict is sure: the plan, the closed form, and by
// simulation the share of bad meters that pass.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <map>
#include <string>

#include "error_until_sure.h"
#include "meterrig/campaign/plan.h"
#include "meterrig/campaign/procedure.h"
#include "meterrig/campaign/recheck.h"
#include "meterrig/verdict/proportion.h"
#include "scripted_bench.h"
#include "sequential_points.h"
#include "shipped_inputs.h"

using namespace meterrig;
using boost::test_tools::tolerance;

namespace {

const std::string largest = "balanced/import/Imax/1";  // limit 0.5 %

// The shipped suite, its plan and its boundary.
struct World {
  World() {
    const auto found = campaign::boundary_of(inputs.suites[0].message.suite().sequential());
    BOOST_REQUIRE(found.has_value());
    boundary = *found;
  }
  v1::PointResult measured(test::ScriptedBench& bench, const v1::PlannedPoint& point) const {
    campaign::PointContext context{
        .point = point,
        .rule = inputs.suites[0].message.suite().decision_rule(),
        .device = inputs.device.message.device(),
        .standard = inputs.standards[0].message.standard(),
        .bench = bench,
        .seed = 1,
        .longest = hour(1),
        .earlier = [](std::string_view) -> const v1::PointResult* { return nullptr; },
        .boundary = &boundary,
        .progress = [](double done) { return done <= 1; }};
    const auto result = campaign::find_procedure("intrinsic_error")(context);
    BOOST_REQUIRE_MESSAGE(result.has_value(), (result ? "" : result.error().message));
    v1::Run run;
    *run.add_results() = *result;
    for (const auto& sentence : campaign::recheck(run)) BOOST_ERROR(sentence);
    return *result;
  }
  v1::PointResult measured(double gain) const {
    test::ScriptedBench bench;
    bench.gain_percent = gain;
    return measured(bench, test::point(plan, largest));
  }

  campaign::Inputs inputs =
      test::shipped_inputs(test::shipped_suite("iec-62053-22-0.5s-sequential"));
  campaign::Plan plan = test::plan_of(inputs);
  verdict::StoppingBoundary boundary;
};

// Of so many meters with this error and pulses that scatter.
struct Shares {
  std::map<std::string, int> outcomes;
  double measurements = 0;  // mean
};

// Each interval by itself: a measurement of nine intervals scatters by a third of 0.6 %.
Shares shares_of(const World& world, double gain, int meters) {
  Shares shares;
  for (int i = 0; i < meters; ++i) {
    test::ScriptedBench bench;
    bench.gain_percent = gain;
    bench.interval_noise = 0.006;
    bench.seed(static_cast<std::uint64_t>(i + 1));
    const auto result = world.measured(bench, test::point(world.plan, largest));
    ++shares.outcomes[result.sequential().outcome()];
    shares.measurements += static_cast<double>(result.sequential().measurements()) / meters;
    if (result.sequential().outcome() != "undecided")
      BOOST_TEST((result.outcome() == v1::OUTCOME_PASS) ==
                 (result.sequential().outcome() == "accept"));
  }
  return shares;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sequential_error)

// One measurement to the first look takes what all five together do; at 0.01 In there are three
// intervals of 3.6e6 / (3200 x 3 x 230 x 0.05) s in each.
BOOST_AUTO_TEST_CASE(the_plan_has_the_time_to_the_first_look_and_to_the_last) {
  const World world;
  const v1::PlannedPoint& point = test::point(world.plan, largest);
  campaign::Inputs once = world.inputs;
  once.suites[0].message.mutable_suite()->clear_sequential();
  const campaign::Plan single = test::plan_of(once);
  const double time = test::point(single, largest).duration_s();
  BOOST_TEST(point.duration_s() == time / 5, tolerance(1e-12));
  BOOST_TEST(campaign::expected_time(point).in(second) == 10 + time, tolerance(1e-12));
  BOOST_TEST(campaign::greatest_time(point).in(second) == 10 + 5 * time, tolerance(1e-12));
  BOOST_TEST(campaign::greatest_time(test::point(single, largest)).in(second) == 10 + time,
             tolerance(1e-12));
  const double interval = 3.6e6 / (3200 * 3 * 230 * 0.05);
  const v1::PlannedPoint& slow = test::point(world.plan, "balanced/import/0.01In/1");
  BOOST_TEST(slow.duration_s() == 3 * interval, tolerance(1e-9));
  BOOST_TEST(slow.sequential().last_look() == 25);
}

BOOST_AUTO_TEST_CASE(the_last_look_is_within_the_longest_duration_of_the_suite) {
  World world;
  const double one = 3 * 3.6e6 / (3200 * 3 * 230 * 0.05);
  v1::Suite& suite = *world.inputs.suites[0].message.mutable_suite();
  suite.set_maximum_duration(7.5 * one);
  const auto shorter = test::plan_of(world.inputs);
  BOOST_TEST(test::point(shorter, "balanced/import/0.01In/1").sequential().last_look() == 7);
  suite.set_maximum_duration(5.5 * one);
  const auto shortest = test::plan_of(world.inputs);
  BOOST_TEST(!test::point(shortest, "balanced/import/0.01In/1").has_sequential());
  BOOST_TEST(test::point(shortest, largest).has_sequential());
}

BOOST_AUTO_TEST_CASE(a_steady_error_is_sure_at_the_first_look) {
  const World world;
  for (const auto& [gain, outcome] :
       {std::pair{0.3, v1::OUTCOME_PASS}, std::pair{-0.499, v1::OUTCOME_PASS},
        std::pair{-0.8, v1::OUTCOME_FAIL}}) {
    const v1::PointResult result = world.measured(gain);
    BOOST_TEST(result.sequential().measurements() == 5);
    BOOST_TEST(result.sequential().outcome() ==
               (outcome == v1::OUTCOME_PASS ? "accept" : "reject"));
    BOOST_TEST(result.outcome() == outcome, result.reason());
    BOOST_TEST(std::abs(result.value() - gain) < 1e-6);
    BOOST_TEST(result.partial_errors_size() == 5);
    BOOST_TEST(!result.has_reference_energy_wh());
    BOOST_TEST(result.sequential().factor() == world.boundary.looks.front().factor);
  }
}

// 0.5 % less the U of the reference, 0.0005 %: between that and 0.5 % no measurement can tell, and
// the rule decides.
BOOST_AUTO_TEST_CASE(what_is_within_the_uncertainty_of_the_reference_stays_open) {
  const World world;
  for (const double gain : {0.4997, 0.5003}) {
    const v1::PointResult result = world.measured(gain);
    BOOST_TEST(result.sequential().outcome() == "undecided");
    BOOST_TEST(result.sequential().measurements() == 25);
    BOOST_TEST(result.outcome() == (gain < 0.5 ? v1::OUTCOME_PASS : v1::OUTCOME_FAIL),
               result.reason());
  }
  BOOST_TEST(world.measured(0.4994).sequential().outcome() == "accept");
}

BOOST_AUTO_TEST_CASE(a_device_without_pulses_fails_as_ever) {
  const World world;
  test::ScriptedBench bench;
  bench.dead = true;
  const auto result = world.measured(bench, test::point(world.plan, largest));
  BOOST_TEST(result.outcome() == v1::OUTCOME_FAIL);
  BOOST_TEST(!result.has_sequential());
}

// The budget of the mean: the reference, the steps of one measurement over sqrt(n), and the scatter
// beyond them.
BOOST_AUTO_TEST_CASE(the_budget_is_that_of_the_mean) {
  const World world;
  test::ScriptedBench bench;
  bench.interval_noise = 0.006;
  bench.seed(3);
  const auto result = world.measured(bench, test::point(world.plan, largest));
  BOOST_REQUIRE(result.budget_size() == 4);
  BOOST_TEST(result.budget(0).standard_uncertainty() == 0.00025, tolerance(1e-12));
  const auto n = static_cast<double>(result.partial_errors_size());
  double mean = 0;
  for (const double error : result.partial_errors()) mean += error / n;
  double squares = 0;
  for (const double error : result.partial_errors()) squares += (error - mean) * (error - mean);
  BOOST_TEST(result.value() == mean, tolerance(1e-12));
  BOOST_TEST(result.sequential().standard_uncertainty() == std::sqrt(squares / (n * (n - 1))),
             tolerance(1e-9));
  const double steps = n * (std::pow(result.budget(1).standard_uncertainty(), 2) +
                            std::pow(result.budget(2).standard_uncertainty(), 2));
  BOOST_TEST(result.budget(3).standard_uncertainty() ==
                 std::sqrt(std::max(0.0, squares / (n - 1) - steps) / n),
             tolerance(1e-9));
  BOOST_TEST(result.budget(3).degrees_of_freedom() == n - 1);
}

// Just beyond the limit 2.5 % pass, over all looks. Whoever stops at the first mean that is within
// the limit by twice its uncertainty lets more than 9.7 % pass (tests/rig/verdict).
BOOST_AUTO_TEST_CASE(bad_meters_pass_at_the_risk_stated_and_good_ones_are_done_early) {
  const World world;
  constexpr int meters = 1500;
  const Shares at_limit = shares_of(world, 0.5005, meters);
  const int passed = at_limit.outcomes.contains("accept") ? at_limit.outcomes.at("accept") : 0;
  const auto share = verdict::clopper_pearson(passed, meters, 0.999);
  BOOST_TEST(share.lowest <= 0.025, passed << " of " << meters);
  BOOST_TEST(share.highest >= 0.015, passed << " of " << meters);
  BOOST_TEST(at_limit.measurements > 15);
  const Shares good = shares_of(world, 0.1, 200);
  BOOST_TEST(good.outcomes.at("accept") == 200);
  BOOST_TEST(good.measurements < 8, good.measurements);
  const Shares bad = shares_of(world, 0.9, 200);
  BOOST_TEST(bad.outcomes.at("reject") == 200);
  BOOST_TEST(bad.measurements < 8, bad.measurements);
}

BOOST_AUTO_TEST_SUITE_END()
