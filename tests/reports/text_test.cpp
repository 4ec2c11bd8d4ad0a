// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/report/text.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "example_run.h"
#include "hostile_run.h"

using namespace meterrig;

namespace {

std::vector<std::string> lines(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> all;
  for (std::string line; std::getline(stream, line);) all.push_back(line);
  return all;
}

std::size_t line_with(const std::vector<std::string>& all, const std::string& words) {
  const auto found = std::ranges::find_if(
      all, [&](const std::string& line) { return line.find(words) != std::string::npos; });
  BOOST_TEST_REQUIRE((found != all.end()), words);
  return static_cast<std::size_t>(found - all.begin());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(text)

BOOST_AUTO_TEST_CASE(Failures_ComeFirstAndTheVerdictLast) {
  const auto all = lines(report::summary_table(report::test::example_run(true), false));
  BOOST_TEST(line_with(all, "fail ") < line_with(all, "not valid"));
  BOOST_TEST(line_with(all, "not valid") < line_with(all, "conditional pass"));
  BOOST_TEST(line_with(all, "not run") < line_with(all, "Meter constant"));
  BOOST_TEST(all.back() ==
             "Verdict: FAIL (Eastron SMART X96-5A: 63 pass, 2 conditional pass, 1 not run, 1 not "
             "valid, 3 fail)");
}

BOOST_AUTO_TEST_CASE(Numbers_StandRightAlignedUnderTheirHeading) {
  const auto all = lines(report::summary_table(report::test::example_run(true), false));
  const std::string& head = all[line_with(all, "margin used")];
  const std::string& row = all[line_with(all, "balanced/export/1In/0.5i")];
  const std::size_t end = head.find("limit") + 5;
  BOOST_TEST(row.substr(0, end).ends_with("+-0.6 %"));
  BOOST_TEST(row.substr(end, 1) == " ");
  BOOST_TEST(row.size() == head.size());
}

BOOST_AUTO_TEST_CASE(WithoutColour_ItIsPlainAscii) {
  for (const v1::Run& run : {report::test::example_run(true), report::test::hostile_run()}) {
    for (const char c : report::summary_table(run, false))
      BOOST_TEST_REQUIRE(((c >= 0x20 && c < 0x7F) || c == '\n'));
  }
}

BOOST_AUTO_TEST_CASE(TextOfTheRun_BringsNoControlSequenceIn) {
  const std::string text = report::summary_table(report::test::hostile_run(), true);
  // Every escape is one of ours: it sets a colour and the next one takes it back.
  bool painted = false;
  for (std::size_t at = 0; (at = text.find('\x1b', at)) != std::string::npos; ++at) {
    const std::string sequence = text.substr(at, text.find('m', at) + 1 - at);
    BOOST_TEST((sequence == "\x1b[0m") == painted, sequence);
    painted = !painted;
  }
  BOOST_TEST(!painted);
  BOOST_TEST(text.find('\x01') == std::string::npos);
}

BOOST_AUTO_TEST_CASE(AllPassed_HasNoListOfProblems) {
  v1::Run run;
  run.mutable_header()->add_plan()->set_id("p");
  run.add_results()->set_point("p");
  run.mutable_results(0)->set_outcome(v1::OUTCOME_PASS);
  const std::string text = report::summary_table(run, false);
  BOOST_TEST(text.find("result") == std::string::npos);
  BOOST_TEST(text.find("Verdict: PASS") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(InterruptedRun_SaysWhy) {
  v1::Run run = report::test::example_run(true);
  run.set_interrupted("the serial line is gone");
  BOOST_TEST(report::summary_table(run, false).find("Interrupted: the serial line is gone") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(FailedPointThatPassesNow_IsStillNamed) {
  v1::Run run;
  run.mutable_header()->add_plan()->set_id("p");
  run.add_results()->set_point("p");
  run.mutable_results(0)->set_outcome(v1::OUTCOME_PASS);
  v1::PointResult& old = *run.add_superseded();
  old.set_point("p");
  old.set_attempt(1);
  old.set_outcome(v1::OUTCOME_FAIL);
  BOOST_TEST(report::summary_table(run, false)
                 .find("Replaced by a later result of the same point, which counts: 1\n"
                       "  p attempt 1: fail\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(EarlierAttemptThatWasNotValid_IsNamedWithItsReason) {
  v1::Run run;
  run.mutable_header()->add_plan()->set_id("p");
  run.add_results()->set_point("p");
  run.mutable_results(0)->set_outcome(v1::OUTCOME_PASS);
  v1::PointResult& old = *run.add_superseded();
  old.set_point("p");
  old.set_attempt(1);
  old.set_outcome(v1::OUTCOME_NOT_VALID);
  old.set_reason("reference conditions not met");
  BOOST_TEST(
      report::summary_table(run, false).find("  p attempt 1: reference conditions not met\n") !=
      std::string::npos);
}

BOOST_AUTO_TEST_CASE(VoidRun_IsNotValidWhateverItsPointsAre) {
  v1::Run run;
  run.mutable_header()->add_plan()->set_id("p");
  run.add_results()->set_point("p");
  run.mutable_results(0)->set_outcome(v1::OUTCOME_FAIL);
  run.set_verdict(v1::OUTCOME_NOT_VALID);
  run.set_void_reason("position 1: firmware was 1 before and is 2 after");
  const std::string text = report::summary_table(run, false);
  BOOST_TEST(
      text.find("Void, no result counts: position 1: firmware was 1 before and is 2 after") !=
      std::string::npos);
  BOOST_TEST(text.find("Verdict: NOT VALID") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(AnswerOfAPerson_SaysWhoAndWhen) {
  v1::Run run;
  run.mutable_header()->add_plan()->set_id("p");
  v1::PointResult& result = *run.add_results();
  result.set_point("p");
  result.set_outcome(v1::OUTCOME_FAIL);
  result.mutable_answer()->set_operator_("A. Person");
  result.mutable_answer()->set_time("2026-01-15T10:30:00Z");
  result.mutable_answer()->set_remark("chamber 2");
  BOOST_TEST(report::summary_table(run, false)
                 .find("answered by A. Person, 2026-01-15T10:30:00Z: chamber 2") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(EmptyRun_HasAVerdictLine) {
  BOOST_TEST(report::summary_table({}, false).find("Verdict: NOT RUN") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
