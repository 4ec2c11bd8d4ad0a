// SPDX-License-Identifier: GPL-3.0-or-later
#include "condition_watch.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <limits>
#include <set>

#include "scripted_campaign.h"

using namespace meterrig;
using meterrig::campaign::ConditionValue;
using meterrig::campaign::ConditionWatch;
using meterrig::test::Campaign;

namespace {

ConditionValue volts(double value) {
  return {.quantity = "voltage.L1", .unit = "V", .value = value, .least = 227.7, .greatest = 232.3};
}

v1::PointResult passed() {
  v1::PointResult result;
  result.set_outcome(v1::OUTCOME_PASS);
  return result;
}

const v1::ConditionRange* find(const v1::PointResult& result, const std::string& quantity) {
  const auto& ranges = result.conditions().ranges();
  const auto found = std::find_if(ranges.begin(), ranges.end(),
                                  [&](const auto& range) { return range.quantity() == quantity; });
  return found == ranges.end() ? nullptr : &*found;
}

const v1::PointResult& result_of(const v1::Run& run, const std::string& id) {
  const auto found = std::find_if(run.results().begin(), run.results().end(),
                                  [&](const auto& result) { return result.point() == id; });
  BOOST_REQUIRE(found != run.results().end());
  return *found;
}

const std::string one_point = "balanced/import/In/1";

v1::Run carried_out(Campaign& campaign) {
  campaign.options.only = {one_point};
  const auto run = campaign.carry_out();
  BOOST_REQUIRE_MESSAGE(run.has_value(), (run ? "" : run.error().message));
  return *run;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(condition_watch)

BOOST_AUTO_TEST_CASE(minimum_mean_and_maximum_are_those_of_all_values) {
  ConditionWatch watch;
  watch.begin({volts(230)}, true);
  watch.take({volts(229)});
  watch.take({volts(232)});
  v1::PointResult result = passed();
  watch.conclude(result);
  const v1::ConditionRange* range = find(result, "voltage.L1");
  BOOST_REQUIRE(range != nullptr);
  BOOST_TEST(range->minimum() == 229);
  BOOST_TEST(range->maximum() == 232);
  BOOST_TEST(range->mean() == 691.0 / 3, boost::test_tools::tolerance(1e-15));
  BOOST_TEST(range->samples() == 3);
  BOOST_TEST(range->least() == 227.7);
  BOOST_TEST(range->greatest() == 232.3);
  BOOST_TEST(result.outcome() == v1::OUTCOME_PASS);
  BOOST_TEST(!watch.worth_another_try());
}

BOOST_AUTO_TEST_CASE(one_value_beyond_its_range_takes_the_validity_from_a_point_that_is_bound) {
  for (const bool binding : {true, false}) {
    ConditionWatch watch;
    watch.begin({volts(230)}, binding);
    watch.take({volts(227.6)});
    watch.take({volts(230)});
    v1::PointResult result = passed();
    watch.conclude(result);
    BOOST_TEST(result.outcome() == (binding ? v1::OUTCOME_NOT_VALID : v1::OUTCOME_PASS));
    BOOST_TEST(watch.worth_another_try() == binding);
    BOOST_TEST(find(result, "voltage.L1")->has_least() == binding);
    if (binding)
      BOOST_TEST(result.reason() ==
                 "reference conditions not met while the point ran: voltage.L1 227.6 to 230 V "
                 "(allowed 227.7 to 232.3 V)");
  }
}

BOOST_AUTO_TEST_CASE(what_is_unknown_is_not_within_its_range) {
  ConditionWatch watch;
  watch.begin({volts(230)}, true);
  watch.take({volts(std::numeric_limits<double>::quiet_NaN())});
  v1::PointResult result = passed();
  watch.conclude(result);
  BOOST_TEST(result.outcome() == v1::OUTCOME_NOT_VALID);
  BOOST_TEST(find(result, "voltage.L1")->samples() == 1);
}

BOOST_AUTO_TEST_CASE(a_reference_that_could_not_measure_leaves_the_point_not_valid) {
  ConditionWatch watch;
  watch.begin({volts(230)}, true);
  watch.lose("it does not answer");
  v1::PointResult result = passed();
  watch.conclude(result);
  BOOST_TEST(result.outcome() == v1::OUTCOME_NOT_VALID);
  BOOST_TEST(result.reason().find("it does not answer") != std::string::npos);
  BOOST_TEST(watch.worth_another_try());
}

// Measured again twice at most; what was measured before stays, with its reason.
BOOST_AUTO_TEST_CASE(a_point_whose_conditions_broke_is_measured_again_and_not_without_end) {
  struct Case {
    int disturbed;
    int superseded;
    v1::Outcome outcome;
  };
  for (const Case& expected : {Case{0, 0, v1::OUTCOME_PASS}, Case{1, 1, v1::OUTCOME_PASS},
                               Case{2, 2, v1::OUTCOME_PASS}, Case{99, 2, v1::OUTCOME_NOT_VALID}}) {
    Campaign campaign;
    campaign.disturbed_points = expected.disturbed;
    const v1::Run run = carried_out(campaign);
    const v1::PointResult& result = result_of(run, one_point);
    BOOST_TEST(result.outcome() == expected.outcome, expected.disturbed << ": " << result.reason());
    BOOST_TEST(result.attempt() == static_cast<unsigned>(expected.superseded + 1));
    BOOST_TEST(run.superseded_size() == expected.superseded);
    for (const v1::PointResult& earlier : run.superseded()) {
      BOOST_TEST(earlier.outcome() == v1::OUTCOME_NOT_VALID);
      BOOST_TEST(earlier.reason().find("voltage.L1 230 to 234.6 V (allowed 227.7 to 232.3 V)") !=
                     std::string::npos,
                 earlier.reason());
      BOOST_TEST(earlier.has_value());
    }
    BOOST_TEST(campaign.seeds.size() == static_cast<std::size_t>(expected.superseded + 1));
    BOOST_TEST((std::set(campaign.seeds.begin(), campaign.seeds.end()).size()) ==
               campaign.seeds.size());
    const v1::ConditionRange* range = find(result, "voltage.L1");
    BOOST_REQUIRE(range != nullptr);
    BOOST_TEST(range->samples() > 1);
    BOOST_TEST(range->minimum() == 230, boost::test_tools::tolerance(1e-12));
  }
}

// Measuring again finds the temperature that the bench declares once more.
BOOST_AUTO_TEST_CASE(the_ambient_temperature_that_the_bench_declares_binds_once) {
  for (const double temperature : {20.9, 21.0, 25.0, 25.1}) {
    Campaign campaign;
    campaign.inputs.bench.message.mutable_bench()->mutable_environment()->set_temperature(
        temperature);
    const v1::Run run = carried_out(campaign);
    const v1::PointResult& result = result_of(run, one_point);
    const bool within = temperature >= 21 && temperature <= 25;
    BOOST_TEST(result.outcome() == (within ? v1::OUTCOME_PASS : v1::OUTCOME_NOT_VALID),
               temperature << ": " << result.reason());
    BOOST_TEST(run.superseded_size() == 0);
    BOOST_TEST(find(result, "ambient temperature")->mean() == temperature,
               boost::test_tools::tolerance(1e-12));
    if (!within)
      BOOST_TEST(result.reason().find("ambient temperature") != std::string::npos, result.reason());
  }
}

BOOST_AUTO_TEST_CASE(a_bench_that_states_no_temperature_has_none_among_its_conditions) {
  Campaign campaign;
  campaign.inputs.bench.message.mutable_bench()->clear_environment();
  const v1::Run run = carried_out(campaign);
  const v1::PointResult& result = result_of(run, one_point);
  BOOST_TEST(result.outcome() == v1::OUTCOME_PASS, result.reason());
  BOOST_TEST(find(result, "ambient temperature") == nullptr);
}

BOOST_AUTO_TEST_SUITE_END()
