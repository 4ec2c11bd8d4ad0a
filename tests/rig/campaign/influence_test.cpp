// SPDX-License-Identifier: GPL-3.0-or-later
// The influence procedure on a bench whose every answer is a closed form.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <set>

#include "meterrig/campaign/plan.h"
#include "meterrig/campaign/procedure.h"
#include "meterrig/campaign/recheck.h"
#include "scripted_bench.h"
#include "shipped_inputs.h"

using namespace meterrig;
using boost::test_tools::tolerance;

namespace {

struct World {
  campaign::Inputs inputs =
      test::shipped_inputs(test::shipped_suite("iec-62053-22-0.5s-influence"));
  campaign::Plan plan = *campaign::expand(inputs, {});
  test::ScriptedBench bench;
  v1::Run run;

  v1::PlannedPoint& point(const std::string& id) {
    const auto found =
        std::find_if(plan.begin(), plan.end(), [&](const auto& p) { return p.id() == id; });
    BOOST_REQUIRE_MESSAGE(found != plan.end(), id);
    return *found;
  }
  v1::PointResult measure(const std::string& id) {
    campaign::PointContext context{
        .point = point(id),
        .rule = inputs.suites[0].message.suite().decision_rule(),
        .device = inputs.device.message.device(),
        .standard = inputs.standards[0].message.standard(),
        .bench = bench,
        .seed = 1,
        .longest = hour(2),
        .earlier = [this](std::string_view name) -> const v1::PointResult* {
          for (const auto& result : run.results()) {
            if (result.point() == name) return &result;
          }
          return nullptr;
        },
        .progress = [](double) { return true; }};
    auto result = campaign::find_procedure(point(id).procedure())(context);
    BOOST_REQUIRE_MESSAGE(result.has_value(), (result ? "" : result.error().message));
    *run.mutable_header()->add_plan() = point(id);
    *run.add_results() = *result;
    return *result;
  }
  // The point before and the one under influence.
  v1::PointResult measure_shift(const std::string& id) {
    measure(id + "/reference");
    v1::PointResult result = measure(id);
    for (const auto& sentence : campaign::recheck(run)) BOOST_ERROR(sentence);
    return result;
  }
};

const std::string low_voltage = "voltage/22.V1/import/0.9Un/In/1";

}  // namespace

BOOST_AUTO_TEST_SUITE(influence)

BOOST_AUTO_TEST_CASE(the_shift_is_what_the_influence_adds_to_the_error) {
  World world;
  world.bench.gain_percent = -0.3;
  world.bench.shift_with_voltage = 0.015;  // of -10 %
  const auto result = world.measure_shift(low_voltage);
  BOOST_TEST(std::abs(result.value() - -0.15) < 2e-3);
  BOOST_TEST(std::abs(result.influenced_error() - -0.45) < 2e-3);
  BOOST_TEST(std::abs(result.reference_error() - -0.3) < 2e-3);
  BOOST_TEST(result.value() == result.influenced_error() - result.reference_error());
  BOOST_TEST(result.result_name() == "error shift");
  BOOST_TEST(result.outcome() == v1::OUTCOME_PASS, result.reason());
  world.bench.shift_with_voltage = 0.025;
  BOOST_TEST(world.measure_shift("voltage/22.V1/import/1.1Un/In/1").outcome() == v1::OUTCOME_FAIL);
}

// Twice the pulses' quantum, stamps and scatter, once the reference standard: 0.00025 %.
BOOST_AUTO_TEST_CASE(the_reference_is_counted_once_in_the_budget_and_all_else_twice) {
  World world;
  const auto result = world.measure_shift(low_voltage);
  double variance = 0;
  const auto add = [&variance](const v1::PointResult& of) {
    const double seconds =
        static_cast<double>(of.pulses().rbegin()->time_ns() - of.pulses(0).time_ns()) * 1e-9;
    variance += std::pow(100 * 1e-3 / std::sqrt(6.0) / seconds, 2);
    variance += std::pow(100 * std::sqrt(2.0) * 1e-6 / seconds, 2);
  };
  add(result);
  add(world.run.results(0));
  variance += 0.00025 * 0.00025;
  BOOST_TEST(result.expanded_uncertainty() == 2 * std::sqrt(variance), tolerance(1e-6));
  std::multiset<std::string> names;
  for (const auto& contribution : result.budget()) names.insert(contribution.name());
  BOOST_TEST(names.count("reference standard") == 1U);
  BOOST_TEST(names.count("reference standard, before") == 0U);
  BOOST_TEST(names.count("pulse position quantum") == 1U);
  BOOST_TEST(names.count("pulse position quantum, before") == 1U);
}

BOOST_AUTO_TEST_CASE(without_the_point_before_there_is_no_shift) {
  World world;
  const auto alone = world.measure(low_voltage);
  BOOST_TEST(alone.outcome() == v1::OUTCOME_NOT_RUN);
  BOOST_TEST(alone.reason() == "needs " + low_voltage + "/reference, which was not run");
  world.bench.dead = true;
  world.measure(low_voltage + "/reference");
  world.bench.dead = false;
  const auto after_failure = world.measure(low_voltage);
  BOOST_TEST(after_failure.outcome() == v1::OUTCOME_NOT_VALID);
  BOOST_TEST(after_failure.reason().find("no valid value") != std::string::npos);
}

// The influence must be what it says; all other conditions are those of the reference.
BOOST_AUTO_TEST_CASE(only_what_is_changed_may_leave_the_reference_conditions) {
  World world;
  world.measure(low_voltage + "/reference");
  world.bench.voltage_factor = 1.02;  // 0.918 Un
  const auto other_voltage = world.measure(low_voltage);
  BOOST_TEST(other_voltage.outcome() == v1::OUTCOME_NOT_VALID);
  BOOST_TEST(other_voltage.reason().find("voltage.L1 211.14 V (allowed 204.93 to 209.07 V)") !=
                 std::string::npos,
             other_voltage.reason());
  World second_world;
  second_world.measure("frequency/22.F1/import/0.98fn/In/1/reference");
  second_world.bench.voltage_factor = 1.02;
  const auto frequency = second_world.measure("frequency/22.F1/import/0.98fn/In/1");
  BOOST_TEST(frequency.outcome() == v1::OUTCOME_NOT_VALID);
  BOOST_TEST(frequency.reason().find("frequency") == std::string::npos);
  BOOST_TEST(frequency.reason().find("voltage.L1 234.6 V") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(interrupted_phases_are_no_asymmetry) {
  for (const char* id :
       {"phases/22.UNB/import/L1-off/In/1", "phases/22.UNB/import/L2-L3-off/In/1"}) {
    World world;
    const auto result = world.measure_shift(id);
    BOOST_TEST(result.outcome() == v1::OUTCOME_PASS, id << ": " << result.reason());
    const auto& budget = result.budget();
    BOOST_TEST(std::any_of(budget.begin(), budget.end(), [](const auto& c) {
      return c.name() == "power pulsating at twice the frequency";
    }));
  }
}

BOOST_AUTO_TEST_CASE(a_bench_without_waveforms_leaves_them_out_with_its_reason_and_goes_on) {
  World world;
  const std::string id = "waveform/22.H5/import/5th/0.5Imax/1";
  world.measure(id + "/reference");
  const auto result = world.measure(id);
  BOOST_TEST(result.outcome() == v1::OUTCOME_NOT_RUN);
  BOOST_TEST(result.reason() == "a scripted bench puts out points alone");
}

// -100 % to 10 %: 55 % about -45 %.
BOOST_AUTO_TEST_CASE(a_limit_may_allow_less_below_than_above) {
  const std::string id = "voltage/22.V4/import/0.5Un/In/1";
  const auto outcome = [&id](double gain_percent) {
    World world;
    world.bench.gain_percent = gain_percent;
    const auto result = world.measure(id);
    BOOST_TEST(result.result_name() == "error");
    // Pulses that come five times too late are counted in 20 intervals: to one of them.
    BOOST_TEST(std::abs(result.value() - gain_percent) < (gain_percent < -50 ? 5 : 0.02));
    for (const auto& sentence : campaign::recheck(world.run)) BOOST_ERROR(sentence);
    return result.outcome();
  };
  BOOST_TEST(outcome(-80) == v1::OUTCOME_PASS);
  BOOST_TEST(outcome(9.9) == v1::OUTCOME_PASS);
  BOOST_TEST(outcome(10.1) == v1::OUTCOME_FAIL);
}

// No pulse in 20 intervals is an error of -100 %, known to one of 20 pulses: the limit for low
// voltages allows that, no other does.
BOOST_AUTO_TEST_CASE(a_meter_may_stop_where_its_limit_says_so) {
  World world;
  world.bench.dead = true;
  const auto low = world.measure("voltage/22.V4/import/0.3Un/In/1");
  BOOST_TEST(low.outcome() == v1::OUTCOME_PASS, low.reason());
  BOOST_TEST(low.value() == -100);
  BOOST_TEST(low.expanded_uncertainty() == 2 * 5 / std::sqrt(6.0), tolerance(1e-2));
  world.bench.dead = false;
  world.measure(low_voltage + "/reference");
  world.bench.dead = true;
  BOOST_TEST(world.measure(low_voltage).outcome() == v1::OUTCOME_FAIL);
  for (const auto& sentence : campaign::recheck(world.run)) BOOST_ERROR(sentence);
}

BOOST_AUTO_TEST_CASE(a_record_whose_shift_is_not_that_of_its_errors_is_found) {
  World world;
  world.measure_shift(low_voltage);
  v1::Run changed = world.run;
  changed.mutable_results(1)->set_reference_error(0.1);
  BOOST_TEST(campaign::recheck(changed).size() == 2U);  // neither the difference nor the one before
  changed = world.run;
  changed.mutable_results(1)->set_influenced_error(0.1);
  BOOST_TEST(campaign::recheck(changed).size() == 2U);  // neither the energies nor the difference
}

BOOST_AUTO_TEST_SUITE_END()
