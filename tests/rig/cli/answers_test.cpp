// SPDX-License-Identifier: GPL-3.0-or-later
#include "answers.h"

#include <boost/test/unit_test.hpp>
#include <sstream>

using namespace meterrig;

namespace {

// Two points that are left to a person.
v1::RunHeader header() {
  v1::RunHeader header;
  v1::Suite& suite = *header.add_suites();
  suite.set_id("s");
  suite.mutable_decision_rule()->set_kind(v1::DECISION_RULE_KIND_SIMPLE_ACCEPTANCE);
  for (const char* id : {"a", "b"}) {
    v1::PlannedPoint& point = *header.add_plan();
    point.set_id(id);
    point.set_suite("s");
    point.set_manual(true);
    point.set_not_run_reason("needs a magnet");
    point.mutable_limit()->set_magnitude(2);
  }
  return header;
}

struct Asked {
  std::vector<v1::PointResult> results;
  std::string shown;
};

Asked ask(const std::string& typed, bool stopped = false) {
  const v1::RunHeader h = header();
  const std::vector<v1::PlannedPoint> points(h.plan().begin(), h.plan().end());
  std::istringstream in(typed);
  std::ostringstream out;
  const std::atomic<bool> stop = stopped;
  auto results =
      cli::ask(h, points, in, out, [] { return std::string("2026-01-15T10:30:00Z"); }, stop);
  return {.results = std::move(results), .shown = out.str()};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(answers)

BOOST_AUTO_TEST_CASE(a_value_and_an_outcome_are_taken_with_name_and_time) {
  const Asked asked = ask("A. Person\n1.5 %\n0.3\nmagnet 7\nfail\n\n");
  BOOST_REQUIRE(asked.results.size() == 2u);
  BOOST_TEST(asked.results[0].point() == "a");
  BOOST_TEST(asked.results[0].outcome() == v1::OUTCOME_PASS);
  BOOST_TEST(asked.results[0].value() == 1.5);
  BOOST_TEST(asked.results[0].expanded_uncertainty() == 0.3, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(asked.results[0].answer().operator_() == "A. Person");
  BOOST_TEST(asked.results[0].answer().time() == "2026-01-15T10:30:00Z");
  BOOST_TEST(asked.results[0].answer().remark() == "magnet 7");
  BOOST_TEST(asked.results[1].outcome() == v1::OUTCOME_FAIL);
  BOOST_TEST(asked.shown.find("needs a magnet") != std::string::npos);
  BOOST_TEST(asked.shown.find("+-2 %") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(enter_skips_a_point_and_the_end_of_input_ends) {
  const Asked skipped = ask("A. Person\n\npass\n\n");
  BOOST_REQUIRE(skipped.results.size() == 1u);
  BOOST_TEST(skipped.results[0].point() == "b");
  BOOST_TEST(ask("").results.empty());
  BOOST_TEST(ask("\n").results.empty());
  BOOST_TEST(ask("A. Person\n1.5").results.empty());
  BOOST_TEST(ask("A. Person\npass\n\n").results.size() == 1u);
  BOOST_TEST(ask("A. Person\npass\n\n", true).results.empty());
}

BOOST_AUTO_TEST_CASE(what_is_no_value_is_said_and_asked_again) {
  const Asked asked = ask("A. Person\nsome\n0.3\n\n1.5\n0.3\n\n");
  BOOST_REQUIRE(asked.results.size() == 1u);
  BOOST_TEST(asked.results[0].value() == 1.5);
  BOOST_TEST(asked.shown.find("value: found 'some %'; expected a number of %") !=
             std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
