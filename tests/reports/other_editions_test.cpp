// SPDX-License-Identifier: GPL-3.0-or-later
// What the reports say of other editions of a run's standard.
#include "meterrig/report/other_editions.h"

#include <boost/test/unit_test.hpp>

using namespace meterrig;

namespace {

void add_point(v1::Run& run, const std::string& id, v1::Outcome outcome) {
  v1::PlannedPoint& point = *run.mutable_header()->add_plan();
  point.set_id(id);
  point.set_procedure("intrinsic_error");
  point.mutable_limit()->set_standard("IEC 1");
  point.mutable_limit()->set_edition("2020");
  point.mutable_limit()->set_magnitude(0.5);
  v1::PointResult& result = *run.add_results();
  result.set_point(id);
  result.set_unit("%");
  result.set_outcome(outcome);
  *result.mutable_limit() = point.limit();
}

v1::Run example() {
  v1::Run run;
  for (const char* id : {"same", "limit", "none", "figures"}) add_point(run, id, v1::OUTCOME_PASS);
  v1::OtherEdition& limit = *run.mutable_header()->mutable_plan(1)->add_other_editions();
  limit.set_edition("2003");
  limit.mutable_limit()->set_magnitude(0.25);
  v1::OtherVerdict& verdict = *run.mutable_results(1)->add_other_verdicts();
  verdict.set_edition("2003");
  verdict.set_outcome(v1::OUTCOME_FAIL);
  run.mutable_header()->mutable_plan(2)->add_other_editions()->set_edition("2003");
  v1::OtherEdition& figures = *run.mutable_header()->mutable_plan(3)->add_other_editions();
  figures.set_edition("2003");
  figures.set_difference("1.15 Un instead of 1.1 Un");
  figures.mutable_limit()->set_magnitude(1);
  return run;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(other_editions)

BOOST_AUTO_TEST_CASE(points_that_another_edition_has_otherwise_are_listed_with_its_verdict) {
  const v1::Run run = example();
  const std::vector<report::Point> points = report::points(run);
  const auto editions = report::other_editions(points, report::Signs::ascii);
  BOOST_REQUIRE(editions.size() == 1U);
  BOOST_TEST(editions[0].name == "IEC 1:2003");
  BOOST_REQUIRE(editions[0].points.size() == 3U);
  BOOST_TEST(editions[0].points[0].point->id == "limit");
  BOOST_TEST(editions[0].points[0].limit == "+-0.25 %");
  BOOST_TEST(editions[0].points[0].outcome == v1::OUTCOME_FAIL);
  BOOST_TEST(editions[0].points[1].limit == "no such row");
  BOOST_TEST(editions[0].points[1].outcome == v1::OUTCOME_UNSPECIFIED);
  BOOST_TEST(editions[0].points[2].limit == "1.15 Un instead of 1.1 Un");
  BOOST_TEST(report::sentence(editions[0], points.size()) ==
             "By IEC 1:2003 3 of 4 points have another limit, other figures or none; the verdict "
             "of 1 changes.");
}

BOOST_AUTO_TEST_CASE(a_run_without_another_edition_says_nothing_of_one) {
  v1::Run run;
  add_point(run, "one", v1::OUTCOME_PASS);
  BOOST_TEST(report::other_editions(report::points(run)).empty());
}

BOOST_AUTO_TEST_SUITE_END()
