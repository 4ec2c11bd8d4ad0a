// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <string>

#include "meterrig/campaign/plan.h"
#include "meterrig/campaign/procedure.h"
#include "meterrig/campaign/recheck.h"
#include "scripted_bench.h"
#include "shipped_inputs.h"

using namespace meterrig;

namespace {

const std::string point_id = "self-heating/22.SH1/import/Imax/1";

struct World {
  campaign::Inputs inputs = test::inputs_for_suite("iec-62053-22-0.5s-influence");
  campaign::Plan plan = test::plan_of(inputs);
  test::ScriptedBench bench;

  v1::PlannedPoint& point() {
    return *std::find_if(plan.begin(), plan.end(),
                         [](const auto& planned) { return planned.id() == point_id; });
  }
  v1::PointResult measure() {
    campaign::PointContext context{
        .point = point(),
        .rule = inputs.suites[0].message.suite().decision_rule(),
        .device = inputs.device.message.device(),
        .standard = inputs.standards[0].message.standard(),
        .bench = bench,
        .seed = 1,
        .longest = hour(2),
        .earlier = [](std::string_view) -> const v1::PointResult* { return nullptr; },
        .progress = [](double) { return true; }};
    auto result = campaign::find_procedure("self_heating")(context);
    BOOST_REQUIRE_MESSAGE(result.has_value(), (result ? "" : result.error().message));
    v1::Run run;
    *run.add_results() = *result;
    *run.mutable_header()->add_plan() = point();
    for (const auto& sentence : campaign::recheck(run)) BOOST_ERROR(sentence);
    return *result;
  }
};

// Mean from `from` to `to` of shift (1 - exp(-t / tau)).
double warmed(double shift, double tau, double from, double to) {
  return shift * (1 - tau / (to - from) * (std::exp(-from / tau) - std::exp(-to / tau)));
}

double last_time(const v1::PointResult& result) {
  return result.errors_over_time().rbegin()->time_s();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(self_heating)

BOOST_AUTO_TEST_CASE(each_row_is_a_point_with_the_times_of_the_row) {
  World world;
  const v1::PlannedPoint& point = world.point();
  BOOST_TEST(point.settle_s() == 7200);
  BOOST_TEST(point.duration_s() == 20);
  BOOST_TEST(point.measurements() == 180);
  BOOST_TEST(campaign::expected_time(point).in(second) == 10800);
  BOOST_TEST(point.self_heating().drift_s() == 1200);
  BOOST_TEST(point.self_heating().drift_limit() == 0.05);
  BOOST_TEST(point.self_heating().greatest_s() == 14400);
  BOOST_TEST(point.limit().magnitude() == 0.2);
  const v1::PlannedPoint& lagging = test::point(world.plan, "self-heating/22.SH2/import/Imax/0.5i");
  BOOST_TEST(lagging.applied().elements(0).displacement() == 60,
             boost::test_tools::tolerance(1e-12));
}

// e(t) = S (1 - exp(-t / tau)): the trace follows it, and the result is what lies between the means
// of the first and the last interval. The scripted bench holds the warmth for 5 s.
BOOST_AUTO_TEST_CASE(the_shift_of_first_order_warming_is_its_closed_form) {
  for (const double shift : {0.15, 0.3}) {
    World world;
    world.bench.gain_percent = 0.1;
    world.bench.warming_percent = shift;
    const v1::PointResult result = world.measure();
    BOOST_REQUIRE(result.errors_over_time_size() > 100);
    for (const v1::TimedError& timed : result.errors_over_time()) {
      const double wanted =
          0.1 + warmed(shift, 1200, std::max(0.0, timed.time_s() - 10), timed.time_s() + 10);
      BOOST_TEST(std::abs(timed.error() - wanted) < 0.004,
                 timed.time_s() << " s: " << timed.error() << " and not " << wanted);
    }
    const double end = last_time(result);
    BOOST_TEST(std::abs(result.value() - (warmed(shift, 1200, end - 10, end + 10) -
                                          warmed(shift, 1200, 0, 20))) < 0.004,
               result.value());
    BOOST_TEST(result.influenced_error() - result.reference_error() == result.value());
    BOOST_TEST(result.outcome() == (shift > 0.2 ? v1::OUTCOME_FAIL : v1::OUTCOME_PASS),
               result.reason());
    BOOST_TEST(end > 3600 - 20);
    BOOST_TEST(end < 3600 + 40);
    BOOST_TEST(result.pulses().empty());
    // The shift that the first interval hides lies within what the budget says of it.
    const auto hidden = std::find_if(result.budget().begin(), result.budget().end(), [](auto& c) {
      return c.name() == "warming within the first interval";
    });
    BOOST_REQUIRE(hidden != result.budget().end());
    BOOST_TEST(hidden->standard_uncertainty() * std::sqrt(3.0) > warmed(shift, 1200, 0, 20));
  }
}

// Over 1200 s the error changes by S exp(-t / tau) (exp(1200 / tau) - 1), which is 0.05 % of 1 %
// with tau = 3600 s at t = 3600 ln(0.3956 / 0.05) s. The errors are 20 s apart: over up to so much
// more it is 0.4034, which is there 70 s later.
BOOST_AUTO_TEST_CASE(it_goes_on_until_the_error_has_settled) {
  World world;
  world.point().mutable_limit()->set_magnitude(2);
  world.bench.warming_percent = 1;
  world.bench.warming_seconds = 3600;
  const v1::PointResult result = world.measure();
  const double settled = 3600 * std::log((std::exp(1.0 / 3) - 1) / 0.05);
  BOOST_TEST(result.outcome() == v1::OUTCOME_PASS, result.reason());
  BOOST_TEST(last_time(result) > settled - 20);
  BOOST_TEST(last_time(result) < settled + 100);
}

BOOST_AUTO_TEST_CASE(an_error_that_does_not_settle_is_not_valid) {
  World world;
  world.bench.warming_percent = 100;
  world.bench.warming_seconds = 1e6;
  const v1::PointResult result = world.measure();
  BOOST_TEST(result.outcome() == v1::OUTCOME_NOT_VALID);
  // 100 % x 1200 s / 1e6 s, and a little less towards the end.
  BOOST_TEST(result.reason().find("the error still drifts by 0.1") != std::string::npos,
             result.reason());
  BOOST_TEST(result.reason().find("in 1200 s after 14400 s (allowed 0.05 %)") != std::string::npos,
             result.reason());
  BOOST_TEST(last_time(result) > 14300);
}

// A meter that is warm from what came before it is cold again after two hours without current.
BOOST_AUTO_TEST_CASE(it_begins_with_cold_current_circuits) {
  World world;
  world.bench.warming_percent = 0.15;
  v1::PlannedPoint loaded = world.point();
  OperatingPoint full{.frequency = hertz(50),
                      .voltage = {volt(230), volt(230), volt(230)},
                      .voltage_angle = {degree(0), degree(-120), degree(120)},
                      .current = {ampere(6), ampere(6), ampere(6)},
                      .displacement = {degree(0), degree(0), degree(0)}};
  BOOST_REQUIRE(world.bench.apply(full, 1).has_value());
  BOOST_REQUIRE(world.bench.advance(hour(3)).has_value());
  const v1::PointResult result = world.measure();
  BOOST_TEST(std::abs(result.reference_error()) < 0.004, result.reference_error());
}

BOOST_AUTO_TEST_CASE(a_meter_that_stops_fails_without_a_value) {
  World world;
  world.bench.dead = true;
  const v1::PointResult result = world.measure();
  BOOST_TEST(result.outcome() == v1::OUTCOME_FAIL);
  BOOST_TEST(!result.has_value());
}

BOOST_AUTO_TEST_SUITE_END()
