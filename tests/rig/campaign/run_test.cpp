// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/campaign/run.h"

#include <boost/test/unit_test.hpp>
#include <filesystem>

#include "scripted_campaign.h"

using namespace meterrig;
using meterrig::test::Campaign;
using meterrig::test::counted;

BOOST_AUTO_TEST_SUITE(run)

BOOST_AUTO_TEST_CASE(every_planned_point_is_in_the_result_run_or_not) {
  Campaign campaign;
  const auto run = campaign.carry_out();
  BOOST_REQUIRE(run.has_value());
  BOOST_TEST(run->results_size() == run->header().plan_size());
  const auto counts = counted(*run);
  BOOST_TEST(counts.at(v1::OUTCOME_PASS) == 12);  // 0.05 to 1.2 In, both directions
  BOOST_TEST(counts.at(v1::OUTCOME_PASS) + counts.at(v1::OUTCOME_NOT_RUN) == run->results_size());
  BOOST_TEST(run->verdict() == v1::OUTCOME_PASS);
  BOOST_TEST(run->snapshots_size() == 2);
}

BOOST_AUTO_TEST_CASE(the_same_run_twice_leaves_the_same_evidence_and_another_device_does_not) {
  Campaign first;
  Campaign second_run;
  Campaign other;
  other.gain_percent = 0.001;
  const auto a = first.carry_out();
  const auto b = second_run.carry_out();
  const auto c = other.carry_out();
  BOOST_TEST(a->evidence_sha256() == b->evidence_sha256());
  BOOST_TEST(a->evidence_sha256() != c->evidence_sha256());
}

BOOST_AUTO_TEST_CASE(a_line_that_goes_ends_the_run_and_resuming_finishes_it) {
  Campaign campaign;
  campaign.reads_before_error = 5;  // one a point
  const auto broken = campaign.carry_out();
  BOOST_REQUIRE(broken.has_value());
  const auto counts = counted(*broken);
  BOOST_TEST(counts.at(v1::OUTCOME_PASS) == 5);
  BOOST_TEST(counts.at(v1::OUTCOME_NOT_VALID) == 1);
  BOOST_TEST(broken->interrupted().find("the line is gone") != std::string::npos);
  BOOST_TEST(broken->verdict() == v1::OUTCOME_NOT_VALID);

  campaign.reads_before_error.reset();
  const auto whole = campaign.carry_out(true);
  BOOST_REQUIRE(whole.has_value());
  BOOST_TEST(counted(*whole).at(v1::OUTCOME_PASS) == 12);
  BOOST_TEST(whole->verdict() == v1::OUTCOME_PASS);
  BOOST_TEST(whole->superseded_size() == 1);
  BOOST_TEST(whole->interrupted().empty());
  for (int i = 0; i < broken->results_size(); ++i) {
    if (broken->results(i).outcome() == v1::OUTCOME_PASS)
      BOOST_TEST(broken->results(i).SerializeAsString() == whole->results(i).SerializeAsString());
  }
}

BOOST_AUTO_TEST_CASE(a_finished_run_is_not_measured_again) {
  Campaign campaign;
  BOOST_REQUIRE(campaign.carry_out().has_value());
  BOOST_TEST(campaign.benches_opened == 1);
  BOOST_TEST(campaign.carry_out(true).has_value());
  BOOST_TEST(campaign.benches_opened == 1);
}

BOOST_AUTO_TEST_CASE(a_run_is_not_overwritten_nor_resumed_with_other_inputs) {
  Campaign campaign;
  BOOST_REQUIRE(campaign.carry_out().has_value());
  BOOST_TEST(bool(campaign.carry_out().error().code == ErrorCode::already_exists));
  campaign.settings.seed = 2;
  const auto other = campaign.carry_out(true);
  BOOST_REQUIRE(!other);
  BOOST_TEST(bool(other.error().code == ErrorCode::failed_precondition));
  BOOST_TEST(other.error().message.find("seed 1") != std::string::npos, other.error().message);
}

BOOST_AUTO_TEST_CASE(a_run_killed_before_its_header_was_stored_begins_when_it_is_resumed) {
  Campaign campaign;
  BOOST_REQUIRE(store::RunStore::create(campaign.settings.store).has_value());
  const auto run = campaign.carry_out(true);
  BOOST_REQUIRE(run.has_value());
  BOOST_TEST(counted(*run).at(v1::OUTCOME_PASS) == 12);
  BOOST_TEST(run->header().models_size() == 1);
}

BOOST_AUTO_TEST_CASE(nothing_to_resume_and_a_silent_device_are_errors_before_anything_is_stored) {
  Campaign campaign;
  BOOST_TEST(bool(campaign.carry_out(true).error().code == ErrorCode::not_found));
  campaign.reads_before_error = 0;
  BOOST_TEST(bool(campaign.carry_out().error().code == ErrorCode::unavailable));
  BOOST_TEST(!std::filesystem::exists(campaign.settings.store));
}

BOOST_AUTO_TEST_CASE(progress_reaches_the_end_and_a_stop_is_obeyed) {
  Campaign campaign;
  std::size_t done = 0;
  std::size_t total = 0;
  std::atomic<bool> stop = false;
  campaign.settings.stop = &stop;
  campaign.settings.progress = [&](const campaign::Progress& progress) {
    done = progress.points_done;
    total = progress.points_total;
    if (progress.finished != nullptr && done >= 3) stop = true;
  };
  const auto stopped = campaign.carry_out();
  BOOST_REQUIRE(stopped.has_value());
  BOOST_TEST(stopped->interrupted() == "stopped by the operator");
  stop = false;
  campaign.settings.progress = [&](const campaign::Progress& progress) {
    done = progress.points_done;
    total = progress.points_total;
  };
  BOOST_TEST(campaign.carry_out(true).has_value());
  BOOST_TEST(done == total);
  BOOST_TEST(total > 12u);
}

BOOST_AUTO_TEST_SUITE_END()
