// SPDX-License-Identifier: GPL-3.0-or-later
// What another edition of the standard would say of a run's points.
#include <boost/test/unit_test.hpp>
#include <string>

#include "meterrig/loader/load.h"
#include "other_editions.h"
#include "shipped_inputs.h"

using namespace meterrig;
using meterrig::test::inputs_of;
using meterrig::test::plan_of;
using meterrig::test::point;

namespace {

v1::Standard standard(const std::string& id) {
  const auto loaded =
      loader::load_standard(std::string(METERRIG_SOURCE "/scenarios/standards/") + id + ".yaml");
  BOOST_REQUIRE(loaded.has_value());
  return loaded->message.standard();
}

// An edition of the shipped one with a smaller limit of class 0.5S in 22.B2.
v1::Standard stricter() {
  v1::Standard other = standard("iec-62053-22-2020");
  other.set_edition("2031");
  for (v1::ErrorRow& row : *other.mutable_error_rows()) {
    if (row.id() != "22.B2") continue;
    for (v1::ClassLimit& limit : *row.mutable_limits())
      if (limit.accuracy_class() == "0.5S") limit.set_limit(0.4);
  }
  return other;
}

v1::PointResult result_of(const v1::PlannedPoint& planned, double value) {
  v1::PointResult result;
  *result.mutable_limit() = planned.limit();
  result.mutable_decision_rule()->set_kind(v1::DECISION_RULE_KIND_SIMPLE_ACCEPTANCE);
  result.set_value(value);
  result.set_expanded_uncertainty(0.02);
  result.set_coverage_factor(2);
  result.set_outcome(v1::OUTCOME_PASS);
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(editions)

BOOST_AUTO_TEST_CASE(only_points_of_which_it_says_something_else_are_noted) {
  campaign::Inputs inputs = test::inputs_for_suite("iec-62053-22-0.5s");
  inputs.other_editions = {stricter(), standard("iec-62053-21-2003")};
  int noted = 0;
  for (const v1::PlannedPoint& p : plan_of(inputs)) {
    // The meter constant is held against a tenth of the same limit.
    const bool own = p.limit().row() == "22.B2" || p.limit().row() == "22.MC";
    BOOST_TEST(p.other_editions_size() == (own ? 1 : 0), p.id());
    if (!own) continue;
    ++noted;
    BOOST_TEST(p.other_editions(0).edition() == "2031");
    BOOST_TEST(p.other_editions(0).limit().magnitude() == (p.limit().row() == "22.MC" ? 0.04 : 0.4),
               boost::test_tools::tolerance(1e-12));
  }
  BOOST_TEST(noted > 2);
}

BOOST_AUTO_TEST_CASE(the_verdict_is_decided_again_by_its_limit) {
  campaign::Inputs inputs = test::inputs_for_suite("iec-62053-22-0.5s");
  inputs.other_editions = {stricter()};
  const auto plan = plan_of(inputs);
  const v1::PlannedPoint& planned = point(plan, "balanced/import/In/1");
  v1::PointResult within = result_of(planned, 0.3);
  campaign::decide_by_other_editions(planned, within);
  BOOST_REQUIRE(within.other_verdicts_size() == 1);
  BOOST_TEST(within.other_verdicts(0).edition() == "2031");
  BOOST_TEST(within.other_verdicts(0).outcome() == v1::OUTCOME_PASS);
  v1::PointResult between = result_of(planned, -0.45);  // within 0.5 %, beyond 0.4 %
  campaign::decide_by_other_editions(planned, between);
  BOOST_REQUIRE(between.other_verdicts_size() == 1);
  BOOST_TEST(between.other_verdicts(0).outcome() == v1::OUTCOME_FAIL);
  v1::PointResult broken = result_of(planned, 0.3);
  broken.set_outcome(v1::OUTCOME_NOT_VALID);
  campaign::decide_by_other_editions(planned, broken);
  BOOST_TEST(broken.other_verdicts_size() == 0);
}

// 600e6 / (3200 imp/kWh x 3 x 230 V x 6 A) min, against 240e3 / (3200 x 3 x 253 V x 0.005 A) min.
BOOST_AUTO_TEST_CASE(the_edition_of_2003_has_another_no_load_test_and_no_odd_harmonics) {
  campaign::Inputs intrinsic = test::inputs_for_suite("iec-62053-22-0.5s");
  intrinsic.other_editions = {standard("iec-62053-22-2003")};
  const auto plan = plan_of(intrinsic);
  const v1::PlannedPoint& no_load = point(plan, "no-load");
  BOOST_REQUIRE(no_load.other_editions_size() == 1);
  BOOST_TEST(no_load.other_editions(0).edition() == "2003");
  BOOST_TEST(no_load.other_editions(0).limit().row() == "22.NL-0.5S");
  BOOST_TEST(no_load.other_editions(0).difference().starts_with("1.15 Un for at least "));
  BOOST_TEST(no_load.other_editions(0).difference().find(" instead of 1.1 Un for at least ") !=
             std::string::npos);
  for (const v1::PlannedPoint& p : plan)
    if (p.id() != "no-load") BOOST_TEST(p.other_editions_size() == 0, p.id());

  campaign::Inputs influence = test::inputs_for_suite("iec-62053-22-0.5s-influence");
  influence.other_editions = {standard("iec-62053-22-2003")};
  for (const v1::PlannedPoint& p : plan_of(influence)) {
    const std::string& row = p.limit().row();
    const bool newer = row == "22.ODD" || row == "22.FLV" || row == "22.LF";
    BOOST_TEST(p.other_editions_size() == (newer ? 1 : 0), p.id());
    if (newer) BOOST_TEST(!p.other_editions(0).has_limit(), p.id());
  }
}

BOOST_AUTO_TEST_SUITE_END()
