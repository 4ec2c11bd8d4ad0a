// SPDX-License-Identifier: GPL-3.0-or-later
// The limits of the data files decide: a digit changed there changes the verdicts of its points and
// of no others.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "meterrig/campaign/plan.h"
#include "meterrig/campaign/procedure.h"
#include "scripted_bench.h"
#include "shipped_inputs.h"

using namespace meterrig;
using meterrig::test::ScriptedBench;

namespace {

std::string shipped_standard(const std::string& id) {
  std::ifstream file(std::string(METERRIG_SOURCE "/scenarios/standards/") + id + ".yaml");
  return {std::istreambuf_iterator<char>(file), {}};
}

// The text with one occurrence of `from`, the first behind `place`, changed.
std::string changed(std::string text, const std::string& place, const std::string& from,
                    const std::string& to) {
  const std::size_t at = text.find(from, text.find(place));
  BOOST_REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

void claim(campaign::Inputs& inputs, const std::string& accuracy_class) {
  v1::Ratings& ratings = *inputs.device.message.mutable_device()->mutable_ratings();
  ratings.clear_accuracy_classes();
  ratings.add_accuracy_classes(accuracy_class);
  ratings.add_reactive_accuracy_classes(accuracy_class);
}

v1::PointResult measure(const campaign::Inputs& inputs, const v1::PlannedPoint& point,
                        double gain_percent) {
  ScriptedBench bench;
  bench.gain_percent = gain_percent;
  bench.register_step_wh = 1e-9;  // the gain alone, whichever way it is measured
  campaign::PointContext context{
      .point = point,
      .rule = inputs.suites.front().message.suite().decision_rule(),
      .device = inputs.device.message.device(),
      .standard = inputs.standards.front().message.standard(),
      .bench = bench,
      .seed = 1,
      .longest = hour(2),
      .earlier = [](std::string_view) -> const v1::PointResult* { return nullptr; },
      .progress = [](double) { return true; }};
  const auto procedure = campaign::find_procedure(point.procedure());
  BOOST_REQUIRE(procedure != nullptr);
  auto result = procedure(context);
  BOOST_REQUIRE_MESSAGE(result.has_value(), point.id());
  return *result;
}

// Of every intrinsic error: the row that limits it and the verdict on a device with this gain.
std::map<std::string, std::pair<std::string, v1::Outcome>> verdicts(const std::string& standard,
                                                                    double gain_percent) {
  campaign::Inputs inputs = test::inputs_for_suite("iec-62053-21-1");
  claim(inputs, "1");
  auto parsed = loader::parse_standard(standard, "standard.yaml");
  BOOST_REQUIRE_MESSAGE(parsed.has_value(), (parsed ? "" : loader::to_string(parsed.error())));
  inputs.standards.front() = std::move(*parsed);
  const auto plan = campaign::expand(inputs, {});
  BOOST_REQUIRE(plan.has_value());
  std::map<std::string, std::pair<std::string, v1::Outcome>> all;
  for (const v1::PlannedPoint& point : *plan) {
    if (point.procedure() != "intrinsic_error") continue;
    all[point.id()] = {point.limit().row(), measure(inputs, point, gain_percent).outcome()};
  }
  return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(standards_verdict)

// An error of 1.3 %: within the 1.5 % of 21.B1 of class 1, beyond 1.2 %.
BOOST_AUTO_TEST_CASE(one_digit_of_one_limit_changes_the_verdicts_of_its_points_and_of_no_others) {
  const std::string text = shipped_standard("iec-62053-21-2020");
  const auto before = verdicts(text, 1.3);
  const auto after = verdicts(changed(text, "id: 21.B1\n", "{accuracy_class: \"1\", limit: 1.5 %}",
                                      "{accuracy_class: \"1\", limit: 1.2 %}"),
                              1.3);
  BOOST_REQUIRE(before.size() == after.size());
  int changes = 0;
  for (const auto& [id, verdict] : before) {
    const bool named = verdict.first == "21.B1";
    BOOST_TEST((after.at(id).second != verdict.second) == named, id);
    if (!named) continue;
    BOOST_TEST(verdict.second == v1::OUTCOME_PASS, id);
    BOOST_TEST(after.at(id).second == v1::OUTCOME_FAIL, id);
    ++changes;
  }
  BOOST_TEST(changes == 2);  // 0.02 In, import and export
  // Another class's limit decides nothing here.
  BOOST_TEST((verdicts(changed(text, "id: 21.B1\n", "{accuracy_class: \"2\", limit: 2.5 %}",
                               "{accuracy_class: \"2\", limit: 1.2 %}"),
                       1.3) == before));
}

// The gain is the error of the reactive power in all quadrants.
BOOST_AUTO_TEST_CASE(the_reactive_error_is_the_gain_of_the_device) {
  campaign::Inputs inputs = test::inputs_for_suite("iec-62053-24-0.5s");
  claim(inputs, "0.5S");
  const auto plan = campaign::expand(inputs, {});
  BOOST_REQUIRE(plan.has_value());
  int points = 0;
  for (const v1::PlannedPoint& point : *plan) {
    if (point.procedure() != "intrinsic_error") continue;
    const v1::PointResult result = measure(inputs, point, -0.6);
    BOOST_TEST(result.value() == -0.6, boost::test_tools::tolerance(1e-6));
    // Beyond the 0.5 % of 24.B2 and 24.B4 only.
    const bool beyond = point.limit().row() == "24.B2" || point.limit().row() == "24.B4";
    BOOST_TEST(result.outcome() == (beyond ? v1::OUTCOME_FAIL : v1::OUTCOME_PASS),
               point.id() << ": " << result.reason());
    const auto& element = point.applied().elements(0);
    if (point.load() == v1::LOAD_BALANCED)
      BOOST_TEST(result.reference_reactive_power_var() ==
                     3 * element.voltage() * element.current() *
                         std::sin(element.displacement() * 3.14159265358979323846 / 180),
                 boost::test_tools::tolerance(1e-9));
    ++points;
  }
  BOOST_TEST(points > 50);
}

BOOST_AUTO_TEST_SUITE_END()
