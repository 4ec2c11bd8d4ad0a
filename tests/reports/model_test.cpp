// SPDX-License-Identifier: GPL-3.0-or-later
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <string>

#include "example_run.h"
#include "meterrig/report/figures.h"
#include "meterrig/report/margin.h"
#include "meterrig/report/overview.h"
#include "meterrig/report/words.h"
#include "meterrig/report/xml_text.h"

using namespace meterrig;
using namespace meterrig::report;

namespace {

/// A run of one point with error e, U and limit L in %.
struct OnePoint {
  v1::Run run;
  OnePoint(double e, double expanded, double limit, v1::DecisionRuleKind kind) {
    run.mutable_header()->add_plan()->set_id("p");
    v1::PointResult& result = *run.add_results();
    result.set_point("p");
    result.set_outcome(v1::OUTCOME_PASS);
    result.set_unit("%");
    result.set_value(e);
    result.set_expanded_uncertainty(expanded);
    result.mutable_limit()->set_magnitude(limit);
    result.mutable_decision_rule()->set_kind(kind);
  }
  [[nodiscard]] Point point() const { return points(run).front(); }
};

constexpr auto simple = v1::DECISION_RULE_KIND_SIMPLE_ACCEPTANCE;
constexpr auto guarded = v1::DECISION_RULE_KIND_GUARDED;
constexpr auto one_fifth = v1::DECISION_RULE_KIND_R46_ONE_FIFTH;

}  // namespace

BOOST_AUTO_TEST_SUITE(model, *boost::unit_test::tolerance(1e-12))

BOOST_AUTO_TEST_CASE(MarginUsed_OfSimpleAcceptance_IsErrorOverLimit) {
  BOOST_TEST(margin_used(OnePoint(-0.3, 0.05, 0.6, simple).point()) == 50);
}

BOOST_AUTO_TEST_CASE(MarginUsed_OfAGuardedRule_CountsTheGuardBand) {
  OnePoint one(0.3, 0.06, 0.6, guarded);
  BOOST_TEST(margin_used(one.point()) == 60);
  BOOST_TEST(acceptance_limit(one.point()) == 0.54);
  one.run.mutable_results(0)->mutable_decision_rule()->set_guard_factor(0.5);
  BOOST_TEST(margin_used(one.point()) == 55);
}

BOOST_AUTO_TEST_CASE(MarginUsed_OfOneFifth_ShrinksTheLimitForALargeU) {
  BOOST_TEST(margin_used(OnePoint(0.3, 0.1, 0.6, one_fifth).point()) == 50);
  // 6/5 0.6 - 0.22 = 0.5
  BOOST_TEST(margin_used(OnePoint(0.25, 0.22, 0.6, one_fifth).point()) == 50);
}

BOOST_AUTO_TEST_CASE(MarginUsed_OfOneThird_ShrinksTheLimitForALargerU) {
  constexpr auto one_third = v1::DECISION_RULE_KIND_R46_ONE_THIRD;
  BOOST_TEST(margin_used(OnePoint(0.3, 0.2, 0.6, one_third).point()) == 50);
  // 4/3 0.6 - 0.3 = 0.5
  BOOST_TEST(margin_used(OnePoint(0.25, 0.3, 0.6, one_third).point()) == 50);
}

BOOST_AUTO_TEST_CASE(MarginUsed_OfAGuardBandInStandardUncertainties_NeedsTheCoverageFactor) {
  OnePoint one(0.3, 0.06, 0.6, v1::DECISION_RULE_KIND_GUARDED_STANDARD);
  one.run.mutable_results(0)->mutable_decision_rule()->set_guard_factor(1.5);
  BOOST_TEST(std::isnan(margin_used(one.point())));
  one.run.mutable_results(0)->set_coverage_factor(3);
  // u = 0.02, w = 0.03
  BOOST_TEST(acceptance_limit(one.point()) == 0.57);
  BOOST_TEST(margin_used(one.point()) == 55);
}

BOOST_AUTO_TEST_CASE(MarginUsed_OfAFraction_DoesNotKnowU) {
  OnePoint one(0.3, 0.06, 0.6, v1::DECISION_RULE_KIND_FRACTION);
  one.run.mutable_results(0)->clear_expanded_uncertainty();
  one.run.mutable_results(0)->mutable_decision_rule()->set_fraction(0.6);
  BOOST_TEST(acceptance_limit(one.point()) == 0.36);
  BOOST_TEST(margin_used(one.point()) == 100 * 0.3 / 0.36);
}

BOOST_AUTO_TEST_CASE(MarginUsed_OfAGuardBandOutsideTheLimit_IsNeverBelowZero) {
  OnePoint one(0, 0.2, 0.6, guarded);
  one.run.mutable_results(0)->mutable_decision_rule()->set_guard_factor(-1);
  BOOST_TEST(margin_used(one.point()) == 0);
  one.run.mutable_results(0)->set_value(0.4);
  BOOST_TEST(margin_used(one.point()) == 50);
}

// -100 % to 10 %: accepted 55 % about -45 %.
BOOST_AUTO_TEST_CASE(MarginUsed_OfALimitWithItsOwnLowerOne_IsOfTheLimitOnItsSide) {
  OnePoint one(-100, 0.1, 10, simple);
  one.run.mutable_results(0)->mutable_limit()->set_least(-100);
  BOOST_TEST(margin_used(one.point()) == 100);
  BOOST_TEST(acceptance_limit(one.point()) == 55);
  one.run.mutable_results(0)->set_value(-0.5);
  BOOST_TEST(margin_used(one.point()) == 0.5);
  one.run.mutable_results(0)->set_value(0.5);
  BOOST_TEST(margin_used(one.point()) == 5);
  BOOST_TEST(limit_text(one.point()) == "\u2212100 to 10 %");
}

BOOST_AUTO_TEST_CASE(Description_OfAnInfluence_NamesItAndThePointBeforeIt) {
  OnePoint one(0.1, 0.01, 0.2, simple);
  v1::PlannedPoint& plan = *one.run.mutable_header()->mutable_plan(0);
  plan.set_procedure("influence");
  plan.set_influence_title("Voltage variation");
  plan.mutable_influence()->set_title("0.9 Un");
  plan.set_direction(v1::DIRECTION_IMPORT);
  plan.set_current_label("In");
  BOOST_TEST(short_description(one.point()) == "Voltage variation, 0.9 Un, import, In");
  plan.set_procedure("intrinsic_error");
  plan.clear_influence();
  BOOST_TEST(short_description(one.point()) ==
             "Reference conditions before voltage variation, import, In");
}

BOOST_AUTO_TEST_CASE(MarginUsed_WithoutValueOrUncertaintyOrLimit_IsUnknown) {
  OnePoint one(0.3, 0.06, 0.6, guarded);
  one.run.mutable_results(0)->clear_expanded_uncertainty();
  BOOST_TEST(std::isnan(margin_used(one.point())));
  one.run.mutable_results(0)->clear_limit();
  BOOST_TEST(std::isnan(margin_used(one.point())));
  OnePoint two(0.3, 0.06, 0.6, simple);
  two.run.mutable_results(0)->clear_value();
  BOOST_TEST(std::isnan(margin_used(two.point())));
}

BOOST_AUTO_TEST_CASE(MarginUsed_OfALimitOfZero_IsNothingOrEndless) {
  BOOST_TEST(margin_used(OnePoint(0, 0, 0, simple).point()) == 0);
  BOOST_TEST(std::isinf(margin_used(OnePoint(1, 0, 0, simple).point())));
}

BOOST_AUTO_TEST_CASE(Figures_GiveUTwoDigitsAndTheValueTheSamePlace) {
  const Figures text = figures(OnePoint(-0.12345, 0.0456, 0.6, simple).point());
  BOOST_TEST(text.value == "\u22120.123");
  BOOST_TEST(text.uncertainty == "0.046");
  // Rounding U up to the next power of ten takes a place away.
  BOOST_TEST(figures(OnePoint(0.12345, 0.0996, 0.6, simple).point()).value == "0.12");
  BOOST_TEST(figures(OnePoint(0.12345, 0.0996, 0.6, simple).point()).uncertainty == "0.10");
  BOOST_TEST(figures(OnePoint(-0.00001, 0.0456, 0.6, simple).point()).value == "0.000");
  BOOST_TEST(figures(OnePoint(-0.5, 0.1, 0.6, simple).point(), Signs::ascii).value == "-0.50");
  BOOST_TEST(figures(OnePoint(1234.5, 340, 0.6, simple).point()).value == "1230");
}

BOOST_AUTO_TEST_CASE(Figures_OfWhatIsUnknown_AreEmpty) {
  OnePoint one(0.3, 0.06, 0.6, simple);
  one.run.mutable_results(0)->clear_value();
  one.run.mutable_results(0)->clear_expanded_uncertainty();
  BOOST_TEST(figures(one.point()).value.empty());
  BOOST_TEST(figures(one.point()).uncertainty.empty());
}

BOOST_AUTO_TEST_CASE(LimitText_SaysWhichSideIsMeant) {
  OnePoint one(0, 0.1, 0.5, simple);
  BOOST_TEST(limit_text(one.point()) == "\u00B10.5 %");
  BOOST_TEST(limit_text(one.point(), Signs::ascii) == "+-0.5 %");
  one.run.mutable_results(0)->set_unit("1");
  one.run.mutable_results(0)->mutable_limit()->set_magnitude(1);
  BOOST_TEST(limit_text(one.point(), Signs::ascii) == "<= 1");
  one.run.mutable_results(0)->set_unit("s");
  BOOST_TEST(limit_text(one.point(), Signs::ascii) == "<= 1 s");
}

BOOST_AUTO_TEST_CASE(Points_AreThePlanThenWhatNobodyPlanned) {
  v1::Run run;
  run.mutable_header()->add_plan()->set_id("planned");
  run.mutable_header()->add_plan()->set_id("without result");
  run.mutable_header()->mutable_plan(1)->set_not_run_reason("the bench has no export");
  run.add_results()->set_point("stray");
  run.add_results()->set_point("planned");
  run.mutable_results(1)->set_outcome(v1::OUTCOME_PASS);
  const auto all = points(run);
  BOOST_TEST_REQUIRE(all.size() == 3U);
  BOOST_TEST(all[0].outcome() == v1::OUTCOME_PASS);
  BOOST_TEST(all[1].outcome() == v1::OUTCOME_NOT_RUN);
  BOOST_TEST(all[1].reason() == "the bench has no export");
  BOOST_TEST(all[2].id == "stray");
}

BOOST_AUTO_TEST_CASE(ExampleRun_HasTheOutcomesThatItPromises) {
  const v1::Run run = test::example_run(true);
  const auto all = points(run);
  const auto number = counts(all);
  BOOST_TEST(all.size() == static_cast<std::size_t>(test::example_points));
  BOOST_TEST(number.at(v1::OUTCOME_PASS) == static_cast<std::size_t>(test::example_passes));
  BOOST_TEST(number.at(v1::OUTCOME_CONDITIONAL_PASS) ==
             static_cast<std::size_t>(test::example_conditional_passes));
  BOOST_TEST(number.at(v1::OUTCOME_FAIL) == static_cast<std::size_t>(test::example_fails));
  BOOST_TEST(number.at(v1::OUTCOME_NOT_VALID) == static_cast<std::size_t>(test::example_not_valid));
  BOOST_TEST(number.at(v1::OUTCOME_NOT_RUN) == static_cast<std::size_t>(test::example_not_run));
  BOOST_TEST(worst_point(all)->id == "single/L3/import/1.2In/1");
}

BOOST_AUTO_TEST_CASE(Verdict_NeverSaysBetterThanAResult) {
  v1::Run run = test::example_run(false);
  run.set_verdict(v1::OUTCOME_PASS);
  BOOST_TEST(verdict(run, points(run)) == v1::OUTCOME_FAIL);
  run.set_verdict(v1::OUTCOME_UNSPECIFIED);
  BOOST_TEST(verdict(run, points(run)) == v1::OUTCOME_FAIL);
  BOOST_TEST(verdict({}, {}) == v1::OUTCOME_NOT_RUN);
}

BOOST_AUTO_TEST_CASE(Verdict_DoesNotCountWhatWasLeftOutOnRequest) {
  v1::Run run;
  run.mutable_header()->add_plan()->set_not_run_reason("not asked for");
  run.mutable_header()->add_plan()->set_id("measured");
  run.add_results()->set_point("measured");
  run.mutable_results(0)->set_outcome(v1::OUTCOME_PASS);
  BOOST_TEST(verdict(run, points(run)) == v1::OUTCOME_PASS);
}

BOOST_AUTO_TEST_CASE(LegalText_ReplacesWhatXmlAndReadersCannotTake) {
  const std::string bad = "\uFFFD";
  BOOST_TEST(legal_text("plain \u00E4 \u2212 \U0001F600\t\n") ==
             "plain \u00E4 \u2212 \U0001F600\t\n");
  BOOST_TEST(legal_text(std::string("a\0b", 3)) == "a" + bad + "b");
  BOOST_TEST(legal_text("a\x1b[31mb") == "a" + bad + "[31mb");
  BOOST_TEST(legal_text("\xC2\x85") == bad);           // a C1 control
  BOOST_TEST(legal_text("\u202Eabc") == bad + "abc");  // right-to-left override
  BOOST_TEST(legal_text("\xED\xA0\x80") == bad);       // a surrogate
  BOOST_TEST(legal_text("\xEF\xBF\xBF") == bad);       // U+FFFF
  BOOST_TEST(legal_text("\xC0\xBC") == bad + bad);     // overlong <
  BOOST_TEST(legal_text("\xE2\x82") == bad + bad);     // cut short
  BOOST_TEST(legal_text("\xF8\x88\x80\x80\x80") == bad + bad + bad + bad + bad);
  BOOST_TEST(legal_text("\xF4\x90\x80\x80") == bad);  // beyond U+10FFFF
}

BOOST_AUTO_TEST_CASE(Escaped_LeavesNoMarkup) {
  BOOST_TEST(escaped("<a href='x' b=\"&\">") == "&lt;a href=&#39;x&#39; b=&quot;&amp;&quot;&gt;");
}

BOOST_AUTO_TEST_CASE(Statement_GivesFormulaAndRisk) {
  v1::DecisionRule rule;
  rule.set_kind(guarded);
  BOOST_TEST(statement(rule).find("2.5 %") != std::string::npos);
  rule.set_guard_factor(0.83);
  BOOST_TEST(statement(rule).find("0.83 U") != std::string::npos);
  BOOST_TEST(statement(rule).find("2.5 %") == std::string::npos);
  rule.set_kind(simple);
  rule.set_maximum_uncertainty_ratio(0.2);
  BOOST_TEST(statement(rule).find("50 %") != std::string::npos);
  BOOST_TEST(statement(rule).find("0.2 L") != std::string::npos);
  rule.Clear();
  rule.set_kind(v1::DECISION_RULE_KIND_R46_ONE_THIRD);
  BOOST_TEST(statement(rule).find("4/3 L") != std::string::npos);
  rule.set_kind(v1::DECISION_RULE_KIND_GUARDED_STANDARD);
  rule.set_guard_factor(1.65);
  BOOST_TEST(statement(rule).find("w = 1.65 u with") != std::string::npos);
  rule.set_kind(v1::DECISION_RULE_KIND_FRACTION);
  rule.set_fraction(0.6);
  BOOST_TEST(statement(rule).find("0.6 L") != std::string::npos);
  for (int kind = 1; kind < v1::DecisionRuleKind_ARRAYSIZE; ++kind) {
    rule.set_kind(static_cast<v1::DecisionRuleKind>(kind));
    BOOST_TEST(rule_name(rule) != "not stated");
    BOOST_TEST(statement(rule) != "No decision rule is stated.");
  }
}

BOOST_AUTO_TEST_SUITE_END()
