// SPDX-License-Identifier: GPL-3.0-or-later
// The composite error against numbers computed by hand, and in a campaign.
#include "composite_error.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "meterrig/campaign/answers.h"
#include "meterrig/campaign/recheck.h"
#include "scripted_campaign.h"

using namespace meterrig;
using boost::test_tools::tolerance;

namespace {

// A composite point with one part of each kind, whose results are what a test says.
struct Parts {
  Parts() {
    v1::CompositeRow& row = *standard.add_composite_rows();
    row.set_id("C");
    for (const auto& [from, to] : {std::pair{-25.0, -10.0}, std::pair{40.0, 55.0}}) {
      v1::TemperatureSpan& span = *row.add_temperatures();
      span.set_from(from);
      span.set_to(to);
    }
    standard.mutable_reference_conditions()->set_temperature(23);
    standard.mutable_reference_conditions()->set_temperature_tolerance(2);
    point.set_id("composite");
    point.mutable_limit()->set_row("C");
    point.mutable_limit()->set_magnitude(100);
    rule.set_kind(v1::DECISION_RULE_KIND_SIMPLE_ACCEPTANCE);
    planned("e", "intrinsic_error");
    planned("u-low").mutable_influence()->set_voltage_factor(0.9);
    planned("u-high").mutable_influence()->set_voltage_factor(1.1);
    planned("f").mutable_influence()->set_frequency_factor(1.02);
    planned("tc").set_influence_result(v1::INFLUENCE_RESULT_TEMPERATURE_COEFFICIENT);
  }
  v1::PlannedPoint& planned(const std::string& id, const std::string& procedure = "influence") {
    v1::PlannedPoint& part = plan.emplace_back();
    part.set_id(id);
    part.set_procedure(procedure);
    if (procedure == "influence") part.set_influence_result(v1::INFLUENCE_RESULT_SHIFT);
    point.add_of_points(id);
    return part;
  }
  void found(const std::string& id, double value, double standard_uncertainty = 0) {
    v1::PointResult& result = results[id];
    result.set_point(id);
    result.set_value(value);
    result.set_coverage_factor(2);
    result.set_expanded_uncertainty(2 * standard_uncertainty);
    result.set_outcome(v1::OUTCOME_PASS);
  }
  v1::PointResult decided() const {
    v1::PointResult result;
    *result.mutable_limit() = point.limit();
    *result.mutable_decision_rule() = rule;
    campaign::decide_composite({.point = point,
                                .standard = standard,
                                .rule = rule,
                                .plan = plan,
                                .earlier = [this](std::string_view name) -> const v1::PointResult* {
                                  const auto found = results.find(std::string(name));
                                  return found == results.end() ? nullptr : &found->second;
                                }},
                               result);
    return result;
  }

  v1::Standard standard;
  v1::PlannedPoint point;
  v1::DecisionRule rule;
  std::vector<v1::PlannedPoint> plan;
  std::map<std::string, v1::PointResult> results;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(composite)

// 3-4-12-84 makes 85. -25 degC is 48 K from 23 degC, so that 1.75 %/K make 84 %. The greater of the
// two shifts of the voltage counts, whatever its sign. u: the parts' times their share of the root,
// sqrt((3 x 0.2)^2 + (4 x 0.5)^2 + (12 x 0.1)^2 + (84 x 48 x 0.01)^2) / 85.
BOOST_AUTO_TEST_CASE(is_the_root_of_the_sum_of_squares_of_the_greatest_of_each) {
  Parts parts;
  parts.found("e", -3, 0.2);
  parts.found("u-low", -4, 0.5);
  parts.found("u-high", 3.9, 9);
  parts.found("f", 12, 0.1);
  parts.found("tc", -1.75, 0.01);
  const v1::PointResult result = parts.decided();
  BOOST_TEST(result.value() == 85, tolerance(1e-14));
  const double u = std::sqrt(0.36 + 4 + 1.44 + 40.32 * 40.32) / 85;
  BOOST_TEST(result.expanded_uncertainty() == 2 * u, tolerance(1e-12));
  BOOST_TEST(result.outcome() == v1::OUTCOME_PASS, result.reason());
  BOOST_REQUIRE(result.parts_size() == 4);
  BOOST_TEST(result.parts(0).value() == -3);
  BOOST_TEST(result.parts(1).point() == "u-low");
  BOOST_TEST(result.parts(2).expanded_uncertainty() == 0.2, tolerance(1e-12));
  BOOST_TEST(result.parts(3).name() == "temperature");
  BOOST_TEST(result.parts(3).value() == -84, tolerance(1e-14));
}

BOOST_AUTO_TEST_CASE(without_any_error_the_uncertainty_is_that_of_all_parts) {
  Parts parts;
  parts.found("e", 0, 3);
  parts.found("u-low", 0, 4);
  parts.found("u-high", 0, 0);
  parts.found("f", 0, 12);
  parts.found("tc", 0, 1.75);
  BOOST_TEST(parts.decided().expanded_uncertainty() == 2 * 85, tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(a_coefficient_that_nobody_stated_leaves_the_point_not_run) {
  Parts parts;
  parts.found("e", 3);
  parts.found("u-low", 4);
  parts.found("u-high", 0);
  parts.found("f", 12);
  const v1::PointResult open = parts.decided();
  BOOST_TEST(open.outcome() == v1::OUTCOME_NOT_RUN);
  BOOST_TEST(!open.has_value());
  BOOST_TEST(open.reason() ==
             "needs the temperature coefficient of tc, which nobody has stated yet; without it the "
             "root is 13 % of the 100 % allowed");
  // What is too much already cannot become less.
  parts.point.mutable_limit()->set_magnitude(12.9);
  const v1::PointResult failed = parts.decided();
  BOOST_TEST(failed.outcome() == v1::OUTCOME_FAIL);
  BOOST_TEST(failed.reason().find("without the shift of the temperature") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_part_that_was_not_run_or_has_no_value_is_named) {
  Parts parts;
  parts.found("e", 3);
  parts.found("u-low", 4);
  parts.found("u-high", 0);
  parts.found("tc", 1);
  BOOST_TEST(parts.decided().outcome() == v1::OUTCOME_NOT_RUN);
  BOOST_TEST(parts.decided().reason() == "needs f, which was not run");
  parts.found("f", 12);
  parts.results["f"].set_outcome(v1::OUTCOME_NOT_VALID);
  BOOST_TEST(parts.decided().outcome() == v1::OUTCOME_NOT_VALID);
  BOOST_TEST(parts.decided().reason() == "needs f, which has no valid value");
}

// Measured at every end of the row's spans, the shift itself counts and no coefficient.
BOOST_AUTO_TEST_CASE(shifts_at_both_ends_of_each_span_count_before_a_coefficient) {
  Parts parts;
  for (const char* zero : {"e", "u-low", "u-high", "f"}) parts.found(zero, 0);
  parts.found("tc", 1);
  for (const auto& [id, temperature] :
       {std::pair{"t1", -25.0}, std::pair{"t2", -10.0}, std::pair{"t3", 40.0}}) {
    parts.planned(id).mutable_influence()->set_temperature(temperature);
    parts.found(id, -temperature / 10);
  }
  BOOST_TEST(parts.decided().value() == 48);
  parts.planned("t4").mutable_influence()->set_temperature(55);
  parts.found("t4", 2);
  BOOST_TEST(parts.decided().value() == 4);
}

BOOST_AUTO_TEST_CASE(only_one_quantity_within_the_rated_conditions_is_a_term) {
  Parts parts;
  v1::PlannedPoint& point = parts.planned("x");
  BOOST_TEST(!campaign::term_of(point));
  point.mutable_influence()->set_frequency_factor(0.98);
  BOOST_TEST((campaign::term_of(point) == campaign::CompositeTerm::frequency));
  point.mutable_influence()->set_voltage_factor(0.9);
  BOOST_TEST(!campaign::term_of(point));
  point.mutable_influence()->clear_frequency_factor();
  point.mutable_influence()->mutable_signal();
  BOOST_TEST(!campaign::term_of(point));
}

// Shifts of 0.01 % for each % of the voltage, over 10 %, and of 0.05 % over 2 %: with an error of
// 0.1 % the root is 0.1 sqrt(3). 0.01 %/K over the 18 K to 5 degC make it sqrt(0.03 + 0.18^2).
BOOST_AUTO_TEST_CASE(a_campaign_measures_the_parts_and_an_answer_completes_them) {
  test::Campaign campaign;
  campaign.inputs = test::inputs_of("en-50470-3-c", {.accuracy_class = "C"});
  campaign.options.only = {"composite/5..30degC/10Itr/1"};
  campaign.gain_percent = 0.1;
  campaign.shift_with_voltage = 0.01;
  campaign.shift_with_frequency = 0.05;
  const auto run = campaign.carry_out();
  BOOST_REQUIRE_MESSAGE(run.has_value(), (run ? "" : run.error().message));
  const auto composite_of = [](const v1::Run& of) -> const v1::PointResult& {
    for (const v1::PointResult& result : of.results()) {
      if (result.point() == "composite/5..30degC/10Itr/1") return result;
    }
    BOOST_FAIL("no composite error");
    throw 0;
  };
  BOOST_TEST(composite_of(*run).outcome() == v1::OUTCOME_NOT_RUN);
  BOOST_TEST(
      composite_of(*run).reason().find("without it the root is 0.1732 %") != std::string::npos,
      composite_of(*run).reason());

  v1::ManualAnswer answer;
  answer.set_point("shifts/50470.TC1");
  answer.set_operator_("A. Person");
  answer.set_time("2026-01-15T10:30:00Z");
  answer.set_value("0.01 %/K");
  answer.set_uncertainty("0.002 %/K");
  const auto answered = campaign::answered(answer, run->header());
  BOOST_REQUIRE(answered.has_value());
  const auto complete = campaign::record_answers(campaign.settings.store, {*answered}, {},
                                                 campaign.settings.wall_clock);
  BOOST_REQUIRE(complete.has_value());
  const v1::PointResult& result = composite_of(*complete);
  BOOST_TEST(result.outcome() == v1::OUTCOME_PASS, result.reason());
  BOOST_TEST(std::abs(result.value() - std::sqrt(0.03 + 0.18 * 0.18)) < 1e-4, result.value());
  BOOST_TEST(result.attempt() == 2u);
  for (const auto& sentence : campaign::recheck(*complete)) BOOST_ERROR(sentence);
  v1::Run forged = *complete;
  for (v1::PointResult& one : *forged.mutable_results()) {
    if (one.parts_size() > 0) one.mutable_parts(3)->set_value(0.1);
  }
  BOOST_TEST(campaign::recheck(forged).size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
