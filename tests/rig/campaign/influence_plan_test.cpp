// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <map>
#include <set>

#include "meterrig/campaign/plan.h"
#include "shipped_inputs.h"

using namespace meterrig;
using boost::test_tools::tolerance;

using meterrig::test::point;

namespace {

const std::string suite_name = "iec-62053-22-0.5s-influence";

campaign::Plan plan_of(const campaign::PlanOptions& options = {}) {
  return test::plan_of(test::shipped_inputs(test::shipped_suite(suite_name)), options);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(influence_plan)

BOOST_AUTO_TEST_CASE(each_shift_stands_right_behind_the_same_load_at_reference_conditions) {
  const auto plan = plan_of();
  std::size_t shifts = 0;
  for (std::size_t i = 0; i < plan.size(); ++i) {
    if (plan[i].procedure() != "influence" || plan[i].manual() ||
        plan[i].influence_result() != v1::INFLUENCE_RESULT_SHIFT)
      continue;
    ++shifts;
    BOOST_REQUIRE(i > 0U);
    const v1::PlannedPoint& before = plan[i - 1];
    BOOST_TEST(plan[i].of_points(0) == before.id());
    BOOST_TEST(before.id() == plan[i].id() + "/reference");
    BOOST_TEST(before.procedure() == "intrinsic_error");
    BOOST_TEST(!before.has_influence());
    BOOST_TEST(before.current_label() == plan[i].current_label());
    BOOST_TEST(before.power_factor_label() == plan[i].power_factor_label());
    for (int p = 0; p < 3; ++p) {
      BOOST_TEST(before.applied().elements(p).voltage() == 230);
      BOOST_TEST(before.applied().elements(p).current() == plan[i].applied().elements(p).current());
    }
    BOOST_TEST(before.applied().frequency() == 50);
  }
  // V1 2 x 4, V2 2 x 3, V3 3 twice, F1 2 x 4, F2 2 x 3, RPS 1, UNB 6, H5, ODD and SUB 1 each.
  BOOST_TEST(shifts == 8U + 6U + 6U + 8U + 6U + 1U + 6U + 3U);
}

BOOST_AUTO_TEST_CASE(each_point_has_the_limit_of_its_row_and_its_influence_applied) {
  const auto plan = plan_of();
  const auto& low = point(plan, "voltage/22.V1/import/0.9Un/In/1");
  BOOST_TEST(low.limit().row() == "22.V1");
  BOOST_TEST(low.limit().magnitude() == 0.2);
  BOOST_TEST(low.limit().confidence() == v1::CONFIDENCE_MEMORY);
  BOOST_TEST(low.applied().elements(2).voltage() == 207, tolerance(1e-12));
  BOOST_TEST(point(plan, low.of_points(0)).limit().row() == "22.B2");
  const auto& fast = point(plan, "frequency/22.F2/import/1.02fn/0.1In/0.5i");
  BOOST_TEST(fast.applied().frequency() == 51, tolerance(1e-12));
  BOOST_TEST(fast.applied().elements(0).displacement() == 60, tolerance(1e-12));
  const auto& reversed = point(plan, "phases/22.RPS/import/L1-L3-L2/0.1In/1");
  BOOST_TEST(reversed.applied().elements(1).voltage_angle() == 120);
  BOOST_TEST(reversed.applied().elements(2).voltage_angle() == -120);
  const auto& off = point(plan, "phases/22.UNB/import/L1-L3-off/In/1");
  BOOST_TEST(off.applied().elements(0).voltage() == 0);
  BOOST_TEST(off.applied().elements(0).current() == 5);
  BOOST_TEST(off.applied().elements(1).voltage() == 230);
  const auto& stopped = point(plan, "voltage/22.V4/import/0.1Un/In/0.5i");
  BOOST_TEST(stopped.limit().least() == -100);
  BOOST_TEST(stopped.limit().magnitude() == 10);
  BOOST_TEST(stopped.of_points().empty());  // the error itself
  const auto& odd = point(plan, "waveform/22.ODD/import/90deg/0.5In/1");
  BOOST_TEST(odd.limit().confidence() == v1::CONFIDENCE_UNCERTAIN);
  BOOST_TEST(odd.influence().signal().switched_current().angle() == 90);
  BOOST_TEST(point(plan, "waveform/22.H5/import/5th/0.5Imax/1").applied().elements(0).current() ==
             3);
}

// Half a burst of two cycles in four is 40 ms of the mean power: 200 x 0.04 / (sqrt(3) T) must be a
// fifth of 1.5 %, so 15.4 s, and a little more for the pulses.
BOOST_AUTO_TEST_CASE(bursts_are_measured_until_one_of_them_no_longer_counts) {
  const auto plan = plan_of();
  const double bursts = 200 * 0.04 / (std::sqrt(3.0) * 1.5 * 0.2);
  const auto& burst = point(plan, "waveform/22.SUB/import/burst/0.5In/1");
  BOOST_TEST(burst.duration_s() > bursts);
  BOOST_TEST(burst.duration_s() == std::hypot(bursts, point(plan, burst.of_points(0)).duration_s()),
             tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(what_no_bench_has_is_left_to_a_person_and_says_so) {
  const auto plan = plan_of();
  std::set<std::string> rows;
  for (const v1::PlannedPoint& p : plan) {
    if (!p.manual()) continue;
    rows.insert(p.limit().row());
    BOOST_TEST(p.not_run_reason().starts_with("needs "), p.not_run_reason());
    BOOST_TEST(campaign::expected_time(p).in(second) == 0);
  }
  BOOST_TEST(rows == (std::set<std::string>{"22.TC1", "22.TC2", "22.AUXV", "22.AUXP", "22.MDC",
                                            "22.MAC", "22.RF", "22.CRF", "22.EFT", "22.DOW",
                                            "22.AUX", "22.OC", "22.FLV", "22.LF"}),
             boost::test_tools::per_element());
  BOOST_TEST(
      point(plan, "others/22.TC1").not_run_reason() ==
      "needs a climatic chamber: errors at temperatures 15 K to 23 K apart over the operating "
      "range, and their mean coefficient");
}

BOOST_AUTO_TEST_CASE(only_takes_the_point_before_along) {
  const auto plan = plan_of({.only = {"22.H5"}, .repeat = 1});
  std::set<std::string> run;
  for (const v1::PlannedPoint& p : plan)
    if (p.not_run_reason().empty()) run.insert(p.id());
  BOOST_TEST(run == (std::set<std::string>{"waveform/22.H5/import/5th/0.5Imax/1",
                                           "waveform/22.H5/import/5th/0.5Imax/1/reference"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(rows_that_lead_nowhere_and_times_that_will_not_do_are_found) {
  std::string text = test::shipped_suite(suite_name);
  const auto with = [&text](const std::string& from, const std::string& to) {
    std::string changed = text;
    const std::size_t at = changed.find(from);
    BOOST_REQUIRE_MESSAGE(at != std::string::npos, from);
    changed.replace(at, from.size(), to);
    const auto plan = campaign::expand(test::shipped_inputs(changed), {});
    BOOST_REQUIRE(!plan.has_value());
    return loader::to_string(plan.error());
  };
  BOOST_TEST(with("22.RPS", "22.X")
                 .find("suite.tests[2].influence.rows[0]: found '22.X'; expected "
                       "the id of an influence row of IEC 62053-22 2020") != std::string::npos);
  BOOST_TEST(with("rows: [22.H5, 22.ODD, 22.SUB]", "duration: 0.5 s\n        rows: [22.H5]")
                 .find("pulses: a limit of") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
