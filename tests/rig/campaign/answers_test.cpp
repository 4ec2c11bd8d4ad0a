// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/campaign/answers.h"

#include <boost/test/unit_test.hpp>

#include "meterrig/campaign/recheck.h"
#include "scripted_campaign.h"

using namespace meterrig;

namespace {

const std::string chamber = "others/22.TC1";  // at most 0.03 %/K in class 0.5S, U a fifth of it
const std::string radiated = "others/22.RF";  // shift of at most 2 %

v1::ManualAnswer answer(const std::string& point, const std::string& value,
                        const std::string& uncertainty) {
  v1::ManualAnswer answer;
  answer.set_point(point);
  answer.set_operator_("A. Person");
  answer.set_time("2026-01-15T10:30:00Z");
  answer.set_value(value);
  answer.set_uncertainty(uncertainty);
  return answer;
}

v1::ManualAnswer found(const std::string& point, v1::ManualOutcome outcome) {
  v1::ManualAnswer found = answer(point, "", "");
  found.set_outcome(outcome);
  return found;
}

v1::RunHeader header_of(const campaign::Inputs& inputs) {
  v1::RunHeader header;
  *header.add_suites() = inputs.suites.front().message.suite();
  for (const v1::PlannedPoint& point : test::plan_of(inputs)) *header.add_plan() = point;
  return header;
}

const v1::RunHeader& header() {
  static const v1::RunHeader made =
      header_of(test::inputs_for_suite("iec-62053-22-0.5s-influence"));
  return made;
}

std::string refused(const v1::ManualAnswer& answer) {
  const auto result = campaign::answered(answer, header());
  if (result) return "";
  return result.error().field + ": " + result.error().found + "; " + result.error().expected;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(answers)

BOOST_AUTO_TEST_CASE(the_rule_of_the_run_decides_on_a_value) {
  const auto good = campaign::answered(answer(chamber, "0.02 %/K", "0.004 %/K"), header());
  BOOST_REQUIRE(good.has_value());
  BOOST_TEST(good->outcome() == v1::OUTCOME_PASS);
  BOOST_TEST(good->value() == 0.02);
  BOOST_TEST(good->unit() == "%/K");
  BOOST_TEST(good->limit().magnitude() == 0.03);
  BOOST_TEST(good->expanded_uncertainty() == 0.004, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(good->coverage_factor() == 2.0);
  BOOST_TEST(good->answer().operator_() == "A. Person");
  BOOST_TEST(good->answer().time() == "2026-01-15T10:30:00Z");
  BOOST_TEST(campaign::answered(answer(chamber, "-0.031 %/K", "0.004 %/K"), header())->outcome() ==
             v1::OUTCOME_FAIL);
  // 0.007 of 0.03 is more than the fifth that the suite allows.
  BOOST_TEST(campaign::answered(answer(chamber, "0.02 %/K", "0.007 %/K"), header())->outcome() ==
             v1::OUTCOME_NOT_VALID);
}

BOOST_AUTO_TEST_CASE(without_a_value_the_person_decides_and_is_named) {
  const auto bad = campaign::answered(found(radiated, v1::MANUAL_OUTCOME_FAIL), header());
  BOOST_REQUIRE(bad.has_value());
  BOOST_TEST(bad->outcome() == v1::OUTCOME_FAIL);
  BOOST_TEST(!bad->has_value());
  BOOST_TEST(bad->reason() == "A. Person found that the device fails, without a value");
  BOOST_TEST(campaign::answered(found(radiated, v1::MANUAL_OUTCOME_PASS), header())->outcome() ==
             v1::OUTCOME_PASS);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_used_is_refused_with_what_was_expected) {
  for (const char* value :
       {"0.02", "0.02 %", "0.02 V", "%/K", "0.02 %/K more", "nan %/K", "1e999 %/K"})
    BOOST_TEST(refused(answer(chamber, value, "0.004 %/K")) ==
               "value: '" + std::string(value) + "'; a number of %/K");
  for (const char* u : {"0 %/K", "-0.01 %/K", "0.004 %", ""})
    BOOST_TEST(refused(answer(chamber, "0.02 %/K", u)) ==
               "uncertainty: '" + std::string(u) + "'; a number of %/K above 0");
  BOOST_TEST(
      refused(found("others/22.TC9", v1::MANUAL_OUTCOME_PASS))
          .starts_with("point: 'others/22.TC9'; a point that the plan leaves to a person: "));
  const std::string measured = test::point({header().plan().begin(), header().plan().end()},
                                           "frequency/22.F1/import/0.98fn/In/1")
                                   .id();
  BOOST_TEST(refused(found(measured, v1::MANUAL_OUTCOME_PASS)).starts_with("point: "));
}

BOOST_AUTO_TEST_CASE(answers_are_added_to_the_stored_run_and_earlier_ones_stay) {
  test::Campaign campaign;
  campaign.inputs = test::inputs_for_suite("iec-62053-22-0.5s-influence");
  campaign.options.only = {"22.TC1", "22.RF"};
  const auto run = campaign.carry_out();
  BOOST_REQUIRE(run.has_value());
  BOOST_TEST(run->verdict() == v1::OUTCOME_MANUAL);
  const auto waiting = campaign::waiting_points(*run);
  BOOST_REQUIRE(waiting.size() == 2u);
  BOOST_TEST(waiting[0].id() == chamber);
  BOOST_TEST(waiting[1].id() == radiated);

  const auto record = [&](const v1::ManualAnswer& one) {
    return campaign::record_answers(campaign.settings.store,
                                    {*campaign::answered(one, run->header())}, {},
                                    campaign.settings.wall_clock)
        .value();
  };
  const v1::Run half = record(answer(chamber, "0.05 %/K", "0.004 %/K"));
  BOOST_TEST(half.verdict() == v1::OUTCOME_FAIL);
  BOOST_TEST(campaign::waiting_points(half).size() == 1u);
  record(answer(chamber, "0.02 %/K", "0.004 %/K"));
  const v1::Run whole = record(found(radiated, v1::MANUAL_OUTCOME_PASS));
  BOOST_TEST(whole.verdict() == v1::OUTCOME_PASS);
  BOOST_TEST(campaign::waiting_points(whole).empty());
  BOOST_REQUIRE(whole.superseded_size() == 1);
  BOOST_TEST(whole.superseded(0).value() == 0.05);
  BOOST_TEST(whole.superseded(0).attempt() == 1u);
  for (const std::string& sentence : campaign::recheck(whole)) BOOST_ERROR(sentence);
}

BOOST_AUTO_TEST_SUITE_END()
