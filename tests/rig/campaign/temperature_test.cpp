// SPDX-License-Identifier: GPL-3.0-or-later
// Temperature coefficients on a bench with a chamber, and without one.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <map>
#include <string>

#include "meterrig/campaign/plan.h"
#include "meterrig/campaign/procedure.h"
#include "meterrig/campaign/recheck.h"
#include "meterrig/vocabulary/chamber.h"
#include "scripted_bench.h"
#include "shipped_inputs.h"

using namespace meterrig;

namespace {

const std::string cold = "others/22.TC1/import/5degC/Imax/1";
const std::string warm = "others/22.TC1/import/41degC/Imax/1";

/// Its device's gain goes with the temperature, from 23 degC.
class ScriptedChamber final : public test::ScriptedBench, public Chamber {
 public:
  double drift = 0;  ///< %/K
  Result<void> set_temperature(std::optional<Temperature> temperature) override {
    degrees = temperature.value_or(degree_celsius(23)).in(degree_celsius);
    gain_percent = drift * (degrees - 23);
    return {};
  }
  double degrees = 23;
};

campaign::Inputs inputs_with(bool chamber) {
  campaign::Inputs inputs = test::inputs_for_suite("iec-62053-22-0.5s-influence");
  inputs.bench.message.mutable_bench()->mutable_simulated()->set_chamber(chamber);
  return inputs;
}

struct World {
  campaign::Inputs inputs = inputs_with(true);
  campaign::Plan plan = test::plan_of(inputs);
  ScriptedChamber chamber;
  test::ScriptedBench room;
  std::map<std::string, v1::PointResult, std::less<>> results;

  v1::PointResult measure(const std::string& id, bool in_chamber = true) {
    const v1::PlannedPoint& planned = test::point(plan, id);
    campaign::PointContext context{
        .point = planned,
        .rule = inputs.suites[0].message.suite().decision_rule(),
        .device = inputs.device.message.device(),
        .standard = inputs.standards[0].message.standard(),
        .bench = in_chamber ? static_cast<campaign::Bench&>(chamber) : room,
        .seed = 1,
        .longest = hour(2),
        .earlier = [this](std::string_view name) -> const v1::PointResult* {
          const auto found = results.find(name);
          return found == results.end() ? nullptr : &found->second;
        },
        .progress = [](double) { return true; },
        .environment = &inputs.bench.message.bench().environment()};
    auto result = campaign::find_procedure(planned.procedure())(context);
    BOOST_REQUIRE_MESSAGE(result.has_value(), (result ? "" : result.error().message));
    results[id] = *result;
    return *result;
  }
  v1::PointResult coefficient(const std::string& id) {
    measure(id + "/reference");
    const v1::PointResult result = measure(id);
    v1::Run run;
    run.mutable_header()->mutable_plan()->Assign(plan.begin(), plan.end());
    for (const auto& [name, measured] : results) *run.add_results() = measured;
    for (const auto& sentence : campaign::recheck(run)) BOOST_ERROR(sentence);
    return result;
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(temperature)

BOOST_AUTO_TEST_CASE(a_bench_with_a_chamber_measures_what_is_else_left_to_a_person) {
  const campaign::Plan with = test::plan_of(inputs_with(true));
  const v1::PlannedPoint& point = test::point(with, warm);
  BOOST_TEST(point.ambient_temperature() == 41);
  BOOST_TEST(!point.manual());
  BOOST_TEST(point.limit().magnitude() == 0.03);
  BOOST_TEST(point.of_points(0) == warm + "/reference");
  BOOST_TEST(test::point(with, warm + "/reference").ambient_temperature() == 23);
  // The test names no currents: the ends of the row's range.
  for (const char* current : {"0.05In", "Imax"}) {
    for (const char* level : {"5degC", "41degC"})
      BOOST_TEST(
          test::point(with, std::string("others/22.TC1/import/") + level + "/" + current + "/1")
              .has_ambient_temperature());
  }
  const campaign::Plan without = test::plan_of(inputs_with(false));
  BOOST_TEST(test::point(without, "others/22.TC1").manual());
  BOOST_TEST(std::none_of(without.begin(), without.end(),
                          [](const auto& planned) { return planned.has_ambient_temperature(); }));
}

// By hand: 0.02 %/K makes errors of 0 % at 23 degC, -0.36 % at 5 degC and 0.36 % at 41 degC.
BOOST_AUTO_TEST_CASE(the_coefficient_is_the_difference_by_the_kelvin) {
  for (const auto& [drift, outcome] :
       {std::pair{0.02, v1::OUTCOME_PASS}, std::pair{0.05, v1::OUTCOME_FAIL}}) {
    World world;
    world.chamber.drift = drift;
    for (const std::string& id : {cold, warm}) {
      const v1::PointResult result = world.coefficient(id);
      BOOST_TEST(std::abs(result.value() - drift) < 2e-4, id << ": " << result.value());
      BOOST_TEST(std::abs(result.influenced_error() - (id == cold ? -18 : 18) * drift) < 3e-3);
      BOOST_TEST(std::abs(result.reference_error()) < 3e-3);
      BOOST_TEST(result.unit() == "%/K");
      BOOST_TEST(result.outcome() == outcome, result.reason());
    }
  }
}

// 1 K to either temperature, k = 2, makes |c| sqrt(2) (1 K / 2) / 18 K of it.
BOOST_AUTO_TEST_CASE(the_uncertainty_of_the_temperatures_counts) {
  World world;
  world.chamber.drift = 0.02;
  world.inputs.bench.message.mutable_bench()->mutable_environment()->set_temperature_uncertainty(1);
  const v1::PointResult result = world.coefficient(warm);
  const auto found = std::find_if(result.budget().begin(), result.budget().end(),
                                  [](const auto& part) { return part.name() == "temperatures"; });
  BOOST_REQUIRE(found != result.budget().end());
  BOOST_TEST(found->standard_uncertainty() == result.value() * std::sqrt(2.0) * 0.5 / 18,
             boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(the_chamber_goes_back_for_what_asks_for_no_temperature) {
  World world;
  world.measure(warm + "/reference");
  world.measure(warm);
  BOOST_TEST(world.chamber.degrees == 41);
  world.measure("voltage/22.V1/import/0.9Un/In/1/reference");
  BOOST_TEST(world.chamber.degrees == 23);
}

BOOST_AUTO_TEST_CASE(a_device_that_takes_no_temperature_leaves_the_point_not_run) {
  World world;
  world.measure(warm + "/reference");
  const v1::PointResult result = world.measure(warm, false);
  BOOST_TEST(result.outcome() == v1::OUTCOME_NOT_RUN);
  BOOST_TEST(result.reason() == "this bench has no chamber");
}

BOOST_AUTO_TEST_SUITE_END()
