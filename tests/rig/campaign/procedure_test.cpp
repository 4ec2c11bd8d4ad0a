// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/campaign/procedure.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "measurement.h"
#include "meterrig/campaign/plan.h"
#include "meterrig/campaign/recheck.h"
#include "scripted_bench.h"
#include "shipped_inputs.h"

using namespace meterrig;
using meterrig::test::ScriptedBench;

namespace {

struct World {
  World() = default;
  explicit World(campaign::Inputs of) : inputs(std::move(of)) {}
  campaign::Inputs inputs = test::shipped_inputs();
  campaign::Plan plan = *campaign::expand(inputs, {});
  ScriptedBench bench;
  std::vector<v1::PointResult> earlier;
  bool go_on = true;

  v1::PlannedPoint& point(const std::string& id) {
    const auto found =
        std::find_if(plan.begin(), plan.end(), [&](const auto& p) { return p.id() == id; });
    BOOST_REQUIRE_MESSAGE(found != plan.end(), id);
    return *found;
  }
  Result<v1::PointResult> measure(const std::string& id) {
    campaign::PointContext context{
        .point = point(id),
        .rule = inputs.suites[0].message.suite().decision_rule(),
        .device = inputs.device.message.device(),
        .standard = inputs.standards[0].message.standard(),
        .bench = bench,
        .seed = 1,
        .longest = hour(2),
        .earlier = [this](std::string_view name) -> const v1::PointResult* {
          for (const auto& result : earlier) {
            if (result.point() == name) return &result;
          }
          return nullptr;
        },
        .progress = [this](double) { return go_on; }};
    const auto procedure = campaign::find_procedure(point(id).procedure());
    BOOST_REQUIRE(procedure != nullptr);
    auto result = procedure(context);
    if (result) {
      v1::Run run;
      *run.add_results() = *result;
      for (const auto& sentence : campaign::recheck(run)) BOOST_ERROR(sentence);
    }
    return result;
  }
};

// One that claims the class, of active or reactive energy.
World world_of(const std::string& suite, const std::string& accuracy_class) {
  campaign::Inputs inputs = test::inputs_for_suite(suite);
  v1::Ratings& ratings = *inputs.device.message.mutable_device()->mutable_ratings();
  ratings.add_accuracy_classes(accuracy_class);
  ratings.add_reactive_accuracy_classes(accuracy_class);
  return World(std::move(inputs));
}

// Measures a device with a gain of -0.3 % at each point by each method: the error is the gain.
template <class MakeWorld, class Check>
void check_gain_by_every_method(const std::vector<std::string>& ids, MakeWorld make_world,
                                Check check) {
  for (const std::string& id : ids) {
    for (const v1::Method method :
         {v1::METHOD_PULSES, v1::METHOD_REGISTER_ADVANCE, v1::METHOD_INSTANTANEOUS}) {
      World world = make_world();
      world.bench.gain_percent = -0.3;
      world.bench.register_step_wh = 1e-7;
      world.point(id).set_method(method);
      const auto result = world.measure(id);
      BOOST_REQUIRE(result.has_value());
      BOOST_TEST(std::abs(result->value() - -0.3) < 1e-3,
                 id << " by method " << method << ": " << result->value());
      BOOST_TEST(result->expanded_uncertainty() > 0);
      BOOST_TEST(result->outcome() == v1::OUTCOME_PASS, result->reason());
      check(*result, method);
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(procedure)

// An ideal line of pulses: the error is the gain, in every direction, load and method.
BOOST_AUTO_TEST_CASE(the_error_is_the_gain_of_the_device_by_every_method) {
  check_gain_by_every_method(
      {"balanced/import/0.01In/1", "balanced/export/Imax/0.5i", "single-phase/import/In/1/L2"},
      [] { return World(); }, [](const v1::PointResult&, v1::Method) {});
}

// U of 11 s or so of pulses with tau = 1 ms: 2 x 100 x 1e-3 / (sqrt 6 x T) and little else.
BOOST_AUTO_TEST_CASE(the_budget_of_pulses_is_that_of_their_position_quantum) {
  World world;
  const auto result = world.measure("balanced/import/Imax/1");
  BOOST_REQUIRE(result.has_value());
  const double seconds =
      static_cast<double>(result->pulses().rbegin()->time_ns() - result->pulses(0).time_ns()) *
      1e-9;
  const double quantum = 100 * 1e-3 / std::sqrt(6.0) / seconds;
  const double stamp = 100 * std::sqrt(2.0) * 1e-6 / seconds;
  BOOST_TEST(result->expanded_uncertainty() ==
                 2 * std::sqrt(quantum * quantum + stamp * stamp + 0.00025 * 0.00025),
             boost::test_tools::tolerance(1e-6));
  BOOST_TEST(result->budget_size() == 4);
}

// Rectangular, half width 0.03 %: u = 0.03 / sqrt(3), by every method.
BOOST_AUTO_TEST_CASE(what_the_reference_has_drifted_is_in_the_budget) {
  for (const v1::Method method :
       {v1::METHOD_PULSES, v1::METHOD_REGISTER_ADVANCE, v1::METHOD_INSTANTANEOUS}) {
    World world;
    world.bench.drift = 0.03;
    world.bench.register_step_wh = 1e-7;
    world.point("balanced/import/Imax/1").set_method(method);
    const auto result = world.measure("balanced/import/Imax/1");
    BOOST_REQUIRE(result.has_value());
    int lines = 0;
    for (const v1::Contribution& line : result->budget()) {
      if (line.name() != "drift of the reference since its calibration") continue;
      ++lines;
      BOOST_TEST(line.standard_uncertainty() == 0.03 / std::sqrt(3.0),
                 boost::test_tools::tolerance(1e-12));
      BOOST_TEST(line.distribution() == "rectangular");
    }
    BOOST_TEST(lines == 1, "method " << method);
    BOOST_TEST(result->expanded_uncertainty() >= 2 * 0.03 / std::sqrt(3.0));
  }
}

BOOST_AUTO_TEST_CASE(an_error_beyond_the_limit_fails) {
  World world;
  world.bench.gain_percent = 0.8;
  BOOST_TEST(world.measure("balanced/import/In/1")->outcome() == v1::OUTCOME_FAIL);
  BOOST_TEST(world.measure("balanced/import/0.02In/1")->outcome() == v1::OUTCOME_PASS);
}

BOOST_AUTO_TEST_CASE(a_device_that_gives_no_pulse_fails_without_a_value) {
  World world;
  world.bench.dead = true;
  const auto result = world.measure("balanced/import/In/1");
  BOOST_REQUIRE(result.has_value());
  BOOST_TEST(result->outcome() == v1::OUTCOME_FAIL);
  BOOST_TEST(!result->has_value());
  BOOST_TEST(result->reason().starts_with("no pulse within"));
}

BOOST_AUTO_TEST_CASE(what_is_the_rigs_fault_is_not_valid) {
  {
    World world;
    world.bench.algorithms_disagree = true;
    const auto result = world.measure("balanced/import/In/1");
    BOOST_TEST(result->outcome() == v1::OUTCOME_NOT_VALID);
    BOOST_TEST(result->reason().find("algorithms disagree") != std::string::npos);
  }
  {
    World world;
    world.bench.reads_off_percent = 0.01;
    const auto result = world.measure("balanced/import/In/1");
    BOOST_TEST(result->outcome() == v1::OUTCOME_NOT_VALID);
    BOOST_TEST(result->reason().find("closed form") != std::string::npos);
  }
  {
    World world;
    world.bench.voltage_factor = 1.02;  // 1 % is allowed
    const auto result = world.measure("balanced/import/In/1");
    BOOST_TEST(result->outcome() == v1::OUTCOME_NOT_VALID);
    BOOST_TEST(
        result->reason().find("voltage.L1 234.6 V (allowed 227.7 to 232.3 V)") != std::string::npos,
        result->reason());
  }
}

BOOST_AUTO_TEST_CASE(export_meets_the_reference_conditions_like_import) {
  World world;
  for (const char* id :
       {"balanced/export/In/1", "balanced/export/In/0.5i", "balanced/export/In/0.8c"}) {
    const auto result = world.measure(id);
    BOOST_TEST(result->outcome() == v1::OUTCOME_PASS, id << ": " << result->reason());
  }
}

BOOST_AUTO_TEST_CASE(starting_needs_two_pulses_in_time) {
  {
    World world;
    const auto result = world.measure("starting/import");
    BOOST_TEST(result->outcome() == v1::OUTCOME_PASS, result->reason());
    BOOST_TEST(result->value() == 3.6e6 / (3200 * 3 * 230 * 0.005),
               boost::test_tools::tolerance(1e-6));
  }
  {
    World world;
    world.bench.gain_percent = -60;  // an interval 2.5 times too long
    const auto result = world.measure("starting/export");
    BOOST_TEST(result->outcome() == v1::OUTCOME_FAIL);
    BOOST_TEST(result->reason().find("pulse within") != std::string::npos, result->reason());
  }
  {
    World world;
    world.bench.dead = true;
    BOOST_TEST(world.measure("starting/import")->outcome() == v1::OUTCOME_FAIL);
  }
  {
    World world;
    world.bench.turned = true;
    const auto result = world.measure("starting/import");
    BOOST_TEST(result->outcome() == v1::OUTCOME_FAIL);
    BOOST_TEST(result->reason().find("active_energy_export.total advanced") != std::string::npos,
               result->reason());
  }
}

BOOST_AUTO_TEST_CASE(creep_is_more_than_one_pulse_without_current) {
  {
    World world;
    const auto result = world.measure("no-load");
    BOOST_TEST(result->outcome() == v1::OUTCOME_PASS, result->reason());
    BOOST_TEST(result->value() == 0);
  }
  {
    World world;
    world.bench.creeps = true;
    const auto result = world.measure("no-load");
    BOOST_TEST(result->outcome() == v1::OUTCOME_FAIL);
    BOOST_TEST(result->value() > 1);
  }
}

BOOST_AUTO_TEST_CASE(register_and_test_output_of_one_gain_agree_and_a_wrong_constant_is_found) {
  {
    World world;
    world.bench.gain_percent = 0.8;
    const auto result = world.measure("meter-constant");
    BOOST_TEST(result->outcome() == v1::OUTCOME_PASS, result->reason());
    BOOST_TEST(std::abs(result->value()) <= result->expanded_uncertainty());
  }
  {
    World world;
    world.bench.constant = 3200 * 1.001;
    const auto result = world.measure("meter-constant");
    BOOST_TEST(result->outcome() == v1::OUTCOME_FAIL);
    BOOST_TEST(std::abs(result->value() - -0.1) < 0.01);
  }
  {
    World world;
    world.bench.register_step_wh = 1000;
    const auto result = world.measure("meter-constant");
    BOOST_TEST(result->outcome() == v1::OUTCOME_NOT_RUN);
    BOOST_TEST(result->reason().find("the suite allows") != std::string::npos, result->reason());
  }
}

BOOST_AUTO_TEST_CASE(a_device_that_can_be_asked_for_nothing_is_measured_by_its_pulses_alone) {
  for (const char* id : {"no-load", "starting/export", "balanced/import/In/1"}) {
    World world;
    world.bench.pulses_only = true;
    const auto result = world.measure(id);
    BOOST_REQUIRE(result.has_value());
    BOOST_TEST(result->outcome() == v1::OUTCOME_PASS, id << ": " << result->reason());
    BOOST_TEST(result->readings_size() == 0, id);
  }
  const auto refused = [](const char* id, v1::Method method, const std::string& quantity) {
    World world;
    world.bench.pulses_only = true;
    world.point(id).set_method(method);
    const auto result = world.measure(id);
    BOOST_REQUIRE(result.has_value());
    BOOST_TEST(result->outcome() == v1::OUTCOME_NOT_RUN, id);
    BOOST_TEST(result->reason() == "the device has no " + quantity);
  };
  refused("meter-constant", v1::METHOD_REGISTER_ADVANCE, "active_energy_import.total");
  refused("balanced/export/In/1", v1::METHOD_REGISTER_ADVANCE, "active_energy_export.total");
  refused("balanced/import/In/1", v1::METHOD_INSTANTANEOUS, "active_power.total");
}

BOOST_AUTO_TEST_CASE(reactive_energy_has_the_gain_by_every_method_in_every_quadrant) {
  check_gain_by_every_method(
      {"balanced/import/In/1", "balanced/export/Imax/0.5c", "balanced/import/0.1In/0.25i",
       "single-phase/import/In/0.5c/L2"},
      [] { return world_of("iec-62053-24-1", "1"); },
      [](const v1::PointResult& result, v1::Method method) {
        BOOST_TEST(!result.has_reference_energy_wh());
        BOOST_TEST(result.has_reference_energy_varh() == (method != v1::METHOD_INSTANTANEOUS));
      });
}

BOOST_AUTO_TEST_CASE(starting_no_load_and_constant_of_reactive_energy_look_at_its_own_output) {
  for (const char* id : {"starting/import", "starting/export", "no-load", "meter-constant"}) {
    World world = world_of("iec-62053-24-1", "1");
    const auto result = world.measure(id);
    BOOST_REQUIRE(result.has_value());
    BOOST_TEST(result->outcome() == v1::OUTCOME_PASS, id << ": " << result->reason());
    for (const v1::PulseRecord& pulse : result->pulses()) BOOST_TEST(pulse.output() == "S0-1");
  }
  {
    World world = world_of("iec-62053-24-1", "1");
    world.bench.turned = true;
    const auto result = world.measure("starting/import");
    BOOST_TEST(result->outcome() == v1::OUTCOME_FAIL);
    BOOST_TEST(result->reason().find("reactive_energy_export.total advanced") != std::string::npos,
               result->reason());
  }
  {
    World world = world_of("iec-62053-24-1", "1");
    world.bench.creeps = true;
    BOOST_TEST(world.measure("no-load")->outcome() == v1::OUTCOME_FAIL);
  }
  {
    World world = world_of("iec-62053-24-1", "1");
    world.bench.reactive_constant *= 1.01;
    const auto result = world.measure("meter-constant");
    BOOST_TEST(result->outcome() == v1::OUTCOME_FAIL);
    BOOST_TEST(std::abs(result->value() - -1) < 0.05, result->value());
  }
}

BOOST_AUTO_TEST_CASE(repeatability_is_the_standard_deviation_of_its_measurements) {
  {
    World world = world_of("en-50470-3-c", "C");
    world.bench.gain_percent = 0.4;  // what is common to all does not count
    const auto result = world.measure("repeatability/import/Imax/1");
    BOOST_REQUIRE(result.has_value());
    BOOST_TEST(result->outcome() == v1::OUTCOME_PASS, result->reason());
    BOOST_TEST(result->partial_errors_size() == 10);
    BOOST_TEST(result->value() < 1e-3);
    BOOST_TEST(!result->has_reference_energy_wh());
  }
  {
    World world = world_of("en-50470-3-c", "C");
    world.bench.interval_noise = 0.02;
    const auto result = world.measure("repeatability/import/Imax/1");
    BOOST_REQUIRE(result.has_value());
    double mean = 0;
    for (const double error : result->partial_errors()) mean += error / 10;
    double squares = 0;
    for (const double error : result->partial_errors()) squares += (error - mean) * (error - mean);
    BOOST_TEST(result->value() == std::sqrt(squares / 9), boost::test_tools::tolerance(1e-9));
    BOOST_TEST(result->value() > 0.05);
    BOOST_TEST(result->outcome() == v1::OUTCOME_FAIL, result->reason());
    // u(s) = s / sqrt(18) and hardly more.
    BOOST_TEST(result->expanded_uncertainty() / result->coverage_factor() ==
                   result->value() / std::sqrt(18.0),
               boost::test_tools::tolerance(1e-3));
  }
  {
    World world = world_of("en-50470-3-c", "C");
    world.bench.dead = true;
    const auto result = world.measure("repeatability/import/Imax/1");
    BOOST_TEST(result->outcome() == v1::OUTCOME_FAIL);
    BOOST_TEST(!result->has_value());
  }
}

// An interval of 0.27 s at Imax, before which nobody can know.
BOOST_AUTO_TEST_CASE(a_start_up_takes_to_the_first_pulse) {
  const double interval = 3.6e6 / (3200 * 3 * 230 * 6.0);
  for (const double takes : {0.0, 2.0, 4.5}) {
    World world = world_of("iec-62053-21-1", "1");
    world.bench.start_up = takes;
    const auto result = world.measure("start-up");
    BOOST_REQUIRE(result.has_value());
    BOOST_TEST(result->outcome() == v1::OUTCOME_PASS, result->reason());
    BOOST_TEST(result->value() >= takes);
    BOOST_TEST(result->value() <= takes + interval);
    BOOST_TEST(result->unit() == "s");
  }
  World world = world_of("iec-62053-21-1", "1");
  world.bench.start_up = 5.3;
  const auto result = world.measure("start-up");
  BOOST_TEST(result->outcome() == v1::OUTCOME_FAIL);
  BOOST_TEST(result->reason() == "no pulse within 5 s of the voltage", result->reason());
}

BOOST_AUTO_TEST_CASE(a_dwell_is_divided_without_lengthening_it) {
  const auto check = [](std::int64_t least, std::int64_t parts, std::int64_t intervals) {
    const campaign::Division found = campaign::divided(least);
    BOOST_TEST(found.parts == parts, least);
    BOOST_TEST(found.intervals == intervals, least);
  };
  check(3, 3, 3);
  check(4, 6, 6);
  check(8, 9, 9);
  check(10, 10, 10);
  check(11, 6, 12);
  check(13, 7, 14);
  check(38, 10, 40);
  check(97, 10, 100);
}

BOOST_AUTO_TEST_CASE(a_load_difference_is_that_of_its_two_points) {
  World world;
  BOOST_TEST(world.measure("load-difference/L2")->outcome() == v1::OUTCOME_NOT_RUN);
  world.bench.gain_percent = 0.1;
  world.earlier.push_back(*world.measure("balanced/import/In/1"));
  world.bench.gain_percent = -0.3;
  world.earlier.push_back(*world.measure("single-phase/import/In/1/L2"));
  const auto result = world.measure("load-difference/L2");
  BOOST_TEST(std::abs(result->value() - -0.4) < 1e-3);
  BOOST_TEST(result->outcome() == v1::OUTCOME_PASS, result->reason());
  const double a = world.earlier[0].expanded_uncertainty() / world.earlier[0].coverage_factor();
  const double b = world.earlier[1].expanded_uncertainty() / world.earlier[1].coverage_factor();
  BOOST_TEST(result->expanded_uncertainty() / result->coverage_factor() == std::hypot(a, b),
             boost::test_tools::tolerance(1e-9));
  world.earlier.back().set_outcome(v1::OUTCOME_NOT_VALID);
  BOOST_TEST(world.measure("load-difference/L2")->outcome() == v1::OUTCOME_NOT_VALID);
}

BOOST_AUTO_TEST_CASE(a_link_that_fails_or_an_operator_who_stops_ends_the_point_with_an_error) {
  World world;
  world.bench.link_error = Error{ErrorCode::unavailable, "the line is gone"};
  BOOST_TEST(bool(world.measure("balanced/import/In/1").error().code == ErrorCode::unavailable));
  world.bench.link_error.reset();
  world.go_on = false;
  BOOST_TEST(bool(world.measure("balanced/import/In/1").error().code == ErrorCode::cancelled));
}

BOOST_AUTO_TEST_SUITE_END()
