// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/store/assemble.h"

#include <boost/test/unit_test.hpp>
#include <sstream>
#include <vector>

#include "meterrig/verdict/exit_status.h"
#include "sample_run.h"

using namespace meterrig;
using namespace meterrig::store;

namespace {

std::string shown(const v1::PointResult& result) {
  std::ostringstream text;
  text << result.point() << ' ' << v1::Outcome_Name(result.outcome());
  if (result.attempt() > 0) text << ' ' << result.attempt();
  if (!result.reason().empty()) text << " (" << result.reason() << ')';
  return text.str();
}

std::vector<std::string> shown(const google::protobuf::RepeatedPtrField<v1::PointResult>& all) {
  std::vector<std::string> texts;
  for (const v1::PointResult& result : all) texts.push_back(shown(result));
  return texts;
}

using Texts = std::vector<std::string>;

void check_data_loss(const std::vector<v1::Record>& records, const std::string& message) {
  const auto run = assemble_run(records, {});
  BOOST_REQUIRE(!run);
  BOOST_TEST((run.error().code == ErrorCode::data_loss));
  BOOST_TEST(run.error().message == message);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(assemble)

BOOST_AUTO_TEST_CASE(results_are_in_the_order_of_the_plan) {
  const auto run =
      assemble_run(std::vector{header_record({"a", "b", "c"}), result_record("c", v1::OUTCOME_PASS),
                               result_record("a", v1::OUTCOME_PASS),
                               result_record("b", v1::OUTCOME_PASS), ended_record()},
                   {"chain", "evidence"});
  BOOST_REQUIRE(run.has_value());
  BOOST_TEST(shown(run->results()) ==
             (Texts{"a OUTCOME_PASS 1", "b OUTCOME_PASS 1", "c OUTCOME_PASS 1"}));
  BOOST_TEST(run->superseded().empty());
  BOOST_TEST(run->verdict() == v1::OUTCOME_PASS);
  BOOST_TEST(run->interrupted() == "");
  BOOST_TEST(run->chain_sha256() == "chain");
  BOOST_TEST(run->evidence_sha256() == "evidence");
  BOOST_TEST(run->header().plan_size() == 3);
  BOOST_TEST(run->circumstances_size() == 5);
}

BOOST_AUTO_TEST_CASE(what_is_left_to_a_person_is_manual_unless_it_was_not_asked_for) {
  v1::Record header = header_record({"a", "b"});
  for (v1::PlannedPoint& point : *header.mutable_evidence()->mutable_header()->mutable_plan())
    point.set_manual(true);
  auto& plan = *header.mutable_evidence()->mutable_header()->mutable_plan();
  plan[0].set_not_run_reason("needs a climatic chamber");
  plan[1].set_not_run_reason("not asked for (--only)");
  const auto run = assemble_run(std::vector{header, ended_record()}, {});
  BOOST_REQUIRE(run.has_value());
  BOOST_TEST(run->results(0).outcome() == v1::OUTCOME_MANUAL);
  BOOST_TEST(run->results(0).reason() == "needs a climatic chamber");
  BOOST_TEST(run->results(1).outcome() == v1::OUTCOME_NOT_RUN);
  BOOST_TEST(run->verdict() == v1::OUTCOME_MANUAL);
}

BOOST_AUTO_TEST_CASE(points_that_a_procedure_added_come_behind_the_planned_ones) {
  const auto added = [](const char* id, bool adaptive = true) {
    v1::Record record;
    v1::PlannedPoint& point = *record.mutable_evidence()->mutable_header()->add_plan();
    point.set_id(id);
    point.set_adaptive(adaptive);
    return record;
  };
  std::vector records{header_record({"a"}), result_record("a", v1::OUTCOME_PASS), added("s/1"),
                      result_record("s/1", v1::OUTCOME_FAIL), added("s/2")};
  const auto run = assemble_run(records, {});
  BOOST_REQUIRE(run.has_value());
  BOOST_TEST(shown(run->results()) == (Texts{"a OUTCOME_PASS 1", "s/1 OUTCOME_FAIL 1",
                                             "s/2 OUTCOME_NOT_RUN (interrupted)"}));
  BOOST_TEST(run->header().seed() == 42u);
  BOOST_TEST(run->verdict() == v1::OUTCOME_FAIL);

  // What the bench refused does not count against the run, what was interrupted does.
  const auto verdict = [&](const char* reason) {
    v1::Record refused = result_record("s/2", v1::OUTCOME_NOT_RUN);
    refused.mutable_evidence()->mutable_point_result()->set_reason(reason);
    return assemble_run(std::vector{records[0], records[1], added("s/2"), refused}, {})->verdict();
  };
  BOOST_TEST(verdict("the bench puts out sines alone") == v1::OUTCOME_PASS);
  BOOST_TEST(verdict("interrupted") == v1::OUTCOME_NOT_RUN);

  check_data_loss({records[0], added("a")}, "record 1: two planned points are called 'a'");
  check_data_loss({records[0], added("b", false)}, "record 2: it is a second run header");
  v1::Record more = added("b");
  more.mutable_evidence()->mutable_header()->set_seed(1);
  check_data_loss({records[0], more}, "record 2: it is a second run header");
  check_data_loss({records[0], result_record("s/1", v1::OUTCOME_PASS)},
                  "record 2: its point 's/1' is not planned");
}

BOOST_AUTO_TEST_CASE(the_last_result_of_a_point_counts_and_the_earlier_ones_stay) {
  const auto run =
      assemble_run(std::vector{header_record({"a", "b"}), result_record("a", v1::OUTCOME_FAIL, 1),
                               result_record("b", v1::OUTCOME_PASS, 1),
                               result_record("a", v1::OUTCOME_NOT_VALID, 2),
                               result_record("a", v1::OUTCOME_PASS, 3), ended_record()},
                   {});
  BOOST_REQUIRE(run.has_value());
  BOOST_TEST(shown(run->results()) == (Texts{"a OUTCOME_PASS 3", "b OUTCOME_PASS 1"}));
  BOOST_TEST(shown(run->superseded()) == (Texts{"a OUTCOME_FAIL 1", "a OUTCOME_NOT_VALID 2"}));
  BOOST_TEST(run->verdict() == v1::OUTCOME_PASS);
}

BOOST_AUTO_TEST_CASE(a_device_that_says_other_things_of_itself_voids_the_run) {
  const auto snapshot = [](const char* position, const char* when, const char* checksum) {
    v1::Record record;
    v1::DeviceSnapshot& said = *record.mutable_evidence()->mutable_device_snapshot();
    said.set_position(position);
    said.set_when(when);
    v1::IdentityValue& entry = *said.add_identity();
    entry.set_name("checksum");
    entry.set_value(checksum);
    return record;
  };
  const auto run_with = [&](const char* after) {
    return assemble_run(
        std::vector{header_record({"a"}), snapshot("1", "before", "1A2B"),
                    snapshot("2", "before", "FFFF"), result_record("a", v1::OUTCOME_FAIL),
                    snapshot("1", "after", after), snapshot("2", "after", "FFFF"), ended_record()},
        {});
  };
  BOOST_TEST(run_with("1A2B")->void_reason() == "");
  BOOST_TEST(run_with("1A2B")->verdict() == v1::OUTCOME_FAIL);
  BOOST_TEST(run_with("1A2C")->void_reason() ==
             "position 1: checksum was 1A2B before and is 1A2C after");
  BOOST_TEST(run_with("1A2C")->verdict() == v1::OUTCOME_NOT_VALID);
}

BOOST_AUTO_TEST_CASE(planned_points_without_result_are_not_run_with_a_reason) {
  v1::Record header = header_record({"a", "b", "c"});
  header.mutable_evidence()->mutable_header()->mutable_plan(1)->set_not_run_reason(
      "not asked for (--only)");
  header.mutable_evidence()->mutable_header()->mutable_plan(2)->mutable_limit()->set_magnitude(0.5);
  v1::Record started;
  started.mutable_evidence()->mutable_point_started()->set_point("c");
  const auto run =
      assemble_run(std::vector{header, result_record("a", v1::OUTCOME_PASS), started}, {});
  BOOST_REQUIRE(run.has_value());
  BOOST_TEST(shown(run->results()) ==
             (Texts{"a OUTCOME_PASS 1", "b OUTCOME_NOT_RUN (not asked for (--only))",
                    "c OUTCOME_NOT_RUN (interrupted)"}));
  BOOST_TEST(run->results(2).limit().magnitude() == 0.5);
  BOOST_TEST(!run->results(2).has_value());
  BOOST_TEST(is_explained(run->header().plan(1)));
  BOOST_TEST(!is_explained(run->header().plan(2)));
  BOOST_TEST(run->verdict() == v1::OUTCOME_NOT_RUN);
  BOOST_TEST(run->interrupted() == "the run has not ended");
}

BOOST_AUTO_TEST_CASE(a_resumed_run_has_ended_only_when_it_ends_again) {
  v1::Record resumed;
  resumed.mutable_evidence()->mutable_run_resumed()->set_results_kept(0);
  std::vector records{header_record({"a"}), ended_record("the serial line is gone"), resumed};
  BOOST_TEST(assemble_run(std::span(records).first(2), {})->interrupted() ==
             "the serial line is gone");
  BOOST_TEST(assemble_run(records, {})->interrupted() == "the run has not ended");
  records.push_back(result_record("a", v1::OUTCOME_PASS));
  records.push_back(ended_record());
  BOOST_TEST(assemble_run(records, {})->interrupted() == "");
}

BOOST_AUTO_TEST_CASE(begin_end_and_snapshots_come_from_the_records) {
  std::vector records{header_record({"a"}), result_record("a", v1::OUTCOME_PASS), ended_record()};
  records[1].mutable_circumstances()->set_wall_clock("2026-01-01T09:30:00Z");
  v1::Record snapshot;
  snapshot.mutable_evidence()->mutable_device_snapshot()->set_when("before");
  records.insert(records.begin() + 1, snapshot);
  const auto run = assemble_run(records, {});
  BOOST_TEST(run->begin() == "2026-01-01T08:00:00Z");
  BOOST_TEST(run->end() == "2026-01-01T09:30:00Z");
  BOOST_REQUIRE(run->snapshots_size() == 1);
  BOOST_TEST(run->snapshots(0).when() == "before");
}

BOOST_AUTO_TEST_CASE(the_verdict_agrees_with_the_exit_status_for_every_set_of_three_outcomes) {
  for (int a = v1::OUTCOME_PASS; a <= v1::OUTCOME_MANUAL; ++a) {
    for (int b = v1::OUTCOME_PASS; b <= v1::OUTCOME_MANUAL; ++b) {
      for (int c = v1::OUTCOME_PASS; c <= v1::OUTCOME_MANUAL + 1; ++c) {
        std::vector records{header_record({"a", "b", "c"}),
                            result_record("a", static_cast<v1::Outcome>(a)),
                            result_record("b", static_cast<v1::Outcome>(b)),
                            result_record("c", static_cast<v1::Outcome>(c))};
        if (c > v1::OUTCOME_MANUAL) {
          records.pop_back();
          records[0].mutable_evidence()->mutable_header()->mutable_plan(2)->set_not_run_reason(
              std::string(not_asked_for));
        }
        const auto run = assemble_run(records, {});
        BOOST_REQUIRE(run.has_value());
        // The enumerators of the schema are those of the vocabulary, one higher.
        std::vector<verdict::PointOutcome> outcomes(3);
        for (int i = 0; i < 3; ++i) {
          outcomes[static_cast<std::size_t>(i)] = {
              static_cast<Outcome>(run->results(i).outcome() - 1),
              is_explained(run->header().plan(i))};
        }
        const verdict::PointOutcome verdict{static_cast<Outcome>(run->verdict() - 1)};
        BOOST_TEST(verdict::exit_status(outcomes) == verdict::exit_status({&verdict, 1}));
      }
    }
  }
  BOOST_TEST(name(static_cast<Outcome>(v1::OUTCOME_NOT_VALID - 1)) == "not valid");
}

BOOST_AUTO_TEST_CASE(a_run_of_which_nothing_was_run_has_not_passed) {
  v1::Record header = header_record({"a"});
  header.mutable_evidence()->mutable_header()->mutable_plan(0)->set_not_run_reason("not asked for");
  BOOST_TEST(assemble_run(std::vector{header}, {})->verdict() == v1::OUTCOME_NOT_RUN);
  BOOST_TEST(assemble_run(std::vector{header_record({})}, {})->verdict() == v1::OUTCOME_NOT_RUN);
}

BOOST_AUTO_TEST_CASE(records_that_are_no_run_are_refused_with_their_number) {
  const auto none = assemble_run({}, {});
  BOOST_REQUIRE(!none);
  BOOST_TEST((none.error().code == ErrorCode::failed_precondition));
  check_data_loss({ended_record()}, "record 1: it is no run header");
  check_data_loss({header_record({}), header_record({})}, "record 2: it is a second run header");
  check_data_loss({header_record({"a", "a"})}, "record 1: two planned points are called 'a'");
  check_data_loss({header_record({"a"}), result_record("b", v1::OUTCOME_PASS)},
                  "record 2: its point 'b' is not planned");
  check_data_loss({header_record({"a"}), result_record("a", v1::OUTCOME_UNSPECIFIED)},
                  "record 2: its result has no outcome");
  check_data_loss({header_record({"a"}), v1::Record()},
                  "record 2: it holds no evidence that this program knows");
}

BOOST_AUTO_TEST_SUITE_END()
