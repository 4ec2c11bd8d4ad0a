// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/campaign/retest.h"

#include <boost/test/unit_test.hpp>
#include <set>

#include "meterrig/campaign/recheck.h"
#include "scripted_campaign.h"

using namespace meterrig;
using meterrig::test::Campaign;
using meterrig::test::counted;

namespace {

using Names = std::vector<std::string>;

// A failed, B passed, C is computed from both, D was left out, E is a person's.
v1::Run small_run() {
  v1::Run run;
  for (const auto& [id, outcome] :
       {std::pair("A", v1::OUTCOME_FAIL), std::pair("B", v1::OUTCOME_PASS),
        std::pair("C", v1::OUTCOME_PASS), std::pair("D", v1::OUTCOME_NOT_RUN),
        std::pair("E", v1::OUTCOME_MANUAL)}) {
    v1::PlannedPoint& point = *run.mutable_header()->add_plan();
    point.set_id(id);
    point.set_test(std::string("test-") + id);
    run.add_results()->set_outcome(outcome);
  }
  auto& plan = *run.mutable_header()->mutable_plan();
  plan[2].add_of_points("B");
  plan[2].add_of_points("A");
  plan[3].set_not_run_reason("not asked for (--only)");
  plan[4].set_not_run_reason("needs a climatic chamber");
  plan[4].set_manual(true);
  return run;
}

// Goes on with the stored run of the campaign.
Result<v1::Run> retested(Campaign& campaign, const v1::Run& run, const Names& only,
                         unsigned repeat = 1) {
  auto points = campaign::points_to_retest(run, only);
  if (!points) return tl::unexpected(points.error());
  const campaign::Inputs inputs = campaign::inputs_of(run.header(), "bench.yaml");
  const campaign::Plan plan(run.header().plan().begin(), run.header().plan().end());
  campaign.settings.retest = campaign::Retest{.points = *points, .repeat = repeat};
  return campaign::run(inputs, plan, campaign.settings);
}

const v1::PointResult& result(const v1::Run& run, const std::string& id) {
  for (const v1::PointResult& each : run.results()) {
    if (each.point() == id) return each;
  }
  BOOST_FAIL("no point " << id);
  return run.results(0);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(retest)

BOOST_AUTO_TEST_CASE(what_did_not_pass_is_chosen_and_what_is_computed_from_it) {
  const v1::Run run = small_run();
  BOOST_TEST(campaign::points_to_retest(run, {}).value() == (Names{"A", "C"}),
             boost::test_tools::per_element());
  BOOST_TEST(campaign::points_to_retest(run, {"test-B"}).value() == (Names{"B", "C"}),
             boost::test_tools::per_element());
  BOOST_TEST(campaign::points_to_retest(run, {"C"}).value() == (Names{"C"}),
             boost::test_tools::per_element());
  v1::Run good = run;
  good.mutable_results(0)->set_outcome(v1::OUTCOME_PASS);
  BOOST_TEST(campaign::points_to_retest(good, {}).error().message ==
             "every point passed; expected --only with those to measure again");
  good.mutable_results(1)->set_outcome(v1::OUTCOME_NOT_RUN);
  good.mutable_results(1)->set_reason("interrupted");
  BOOST_TEST(campaign::points_to_retest(good, {}).value() == (Names{"B", "C"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_word_that_chooses_nothing_measured_is_refused) {
  for (const char* word : {"nobody", "D", "E"})
    BOOST_TEST(campaign::points_to_retest(small_run(), {"A", word}).error().message ==
               std::string("--only: found '") + word +
                   "'; expected a row, a test or the beginning of the name of a point that the run "
                   "measures");
}

BOOST_AUTO_TEST_CASE(the_latest_result_counts_and_the_failed_one_stays) {
  Campaign campaign;
  campaign.gain_percent = 0.8;  // 22.B2 allows 0.5 %
  const auto failed = campaign.carry_out();
  BOOST_REQUIRE(failed.has_value());
  BOOST_TEST(failed->verdict() == v1::OUTCOME_FAIL);
  const std::vector<std::uint64_t> first_seeds = campaign.seeds;

  campaign.seeds.clear();
  campaign.gain_percent = 0;
  const auto again = retested(campaign, *failed, {});
  BOOST_REQUIRE(again.has_value());
  BOOST_TEST(again->verdict() == v1::OUTCOME_PASS);
  BOOST_TEST(counted(*again).at(v1::OUTCOME_PASS) == 12);
  BOOST_REQUIRE(again->superseded_size() == 12);
  for (const v1::PointResult& old : again->superseded()) {
    BOOST_TEST(old.outcome() == v1::OUTCOME_FAIL);
    BOOST_TEST(old.attempt() == 1u);
    BOOST_TEST(result(*again, old.point()).attempt() == 2u);
    BOOST_TEST(old.SerializeAsString() == result(*failed, old.point()).SerializeAsString());
  }
  // Other random numbers, or a device without luck would have the same luck again.
  std::set<std::uint64_t> all(first_seeds.begin(), first_seeds.end());
  all.insert(campaign.seeds.begin(), campaign.seeds.end());
  BOOST_TEST(all.size() == 24u);
  BOOST_TEST(campaign::recheck(*again).empty());
}

BOOST_AUTO_TEST_CASE(points_are_measured_as_often_as_asked_and_the_others_not_at_all) {
  Campaign campaign;
  const auto first = campaign.carry_out();
  BOOST_REQUIRE(first.has_value());
  const std::string id = "balanced/import/In/1";
  campaign.seeds.clear();
  const auto again = retested(campaign, *first, {id}, 3);
  BOOST_REQUIRE(again.has_value());
  BOOST_TEST(campaign.seeds.size() == 3u);
  BOOST_TEST(again->superseded_size() == 3);
  BOOST_TEST(result(*again, id).attempt() == 4u);
  BOOST_TEST(again->interrupted() == "");
}

BOOST_AUTO_TEST_CASE(a_device_that_changed_since_is_refused_before_anything_is_measured) {
  Campaign campaign;
  const auto first = campaign.carry_out();
  BOOST_REQUIRE(first.has_value());
  campaign.firmware = "1.03";
  campaign.seeds.clear();
  const auto again = retested(campaign, *first, {"balanced"});
  BOOST_REQUIRE(!again);
  BOOST_TEST((again.error().code == ErrorCode::failed_precondition));
  BOOST_TEST(again.error().message ==
             "position 1: firmware was 1.02 before and is 1.03 before; expected the device that "
             "the run was begun with, as it was");
  BOOST_TEST(campaign.seeds.empty());
  BOOST_TEST(store::RunStore::open(campaign.settings.store)->evidence_hash() ==
             first->evidence_sha256());
}

BOOST_AUTO_TEST_CASE(a_device_that_changes_during_the_run_voids_it) {
  Campaign campaign;
  campaign.points_before_update = 5;
  const auto run = campaign.carry_out();
  BOOST_REQUIRE(run.has_value());
  BOOST_TEST(counted(*run).at(v1::OUTCOME_PASS) == 12);
  BOOST_TEST(run->void_reason() == "position 1: firmware was 1.02 before and is 1.03 after");
  BOOST_TEST(run->verdict() == v1::OUTCOME_NOT_VALID);
  Campaign same;
  BOOST_TEST(same.carry_out()->void_reason() == "");
}

BOOST_AUTO_TEST_SUITE_END()
