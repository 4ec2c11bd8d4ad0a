// SPDX-License-Identifier: GPL-3.0-or-later
// The search for the worst point in a campaign, on a bench whose error at every point is known.
#include "meterrig/campaign/search.h"

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "meterrig/campaign/recheck.h"
#include "meterrig/store/assemble.h"
#include "meterrig/verdict/limit_range.h"
#include "scripted_campaign.h"

using namespace meterrig;
using meterrig::test::Campaign;

namespace {

constexpr double degrees = 57.29577951308232;

struct Found {
  const v1::PlannedPoint* point = nullptr;
  const v1::PointResult* result = nullptr;
  double share = 0;  // |e| / L
};

std::vector<Found> searched(const v1::Run& run) {
  std::vector<Found> found;
  for (int i = 0; i < run.header().plan_size(); ++i) {
    const v1::PlannedPoint& point = run.header().plan(i);
    if (point.procedure() != "search") continue;
    const v1::PointResult& result = run.results(i);
    found.push_back(
        {.point = &point,
         .result = &result,
         .share = result.has_value() ? verdict::share_of_limit(result.value(), point.limit()) : 0});
  }
  return found;
}

Found worst_of(const v1::Run& run) {
  Found worst;
  for (const Found& found : searched(run)) {
    if (found.share > worst.share) worst = found;
  }
  BOOST_REQUIRE(worst.point != nullptr);
  return worst;
}

// Greatest |e| / L of the planned points.
double worst_planned(const v1::Run& run) {
  double worst = 0;
  for (int i = 0; i < run.results_size(); ++i) {
    if (!run.header().plan(i).adaptive() && run.results(i).has_value())
      worst =
          std::max(worst, verdict::share_of_limit(run.results(i).value(), run.results(i).limit()));
  }
  return worst;
}

// 0.1 % everywhere, and 0.3 % more on top of a hill at 1 A and 40 deg.
double hill(const OperatingPoint& point) {
  const double phi = point.displacement[0].in(degree);
  const double along = std::log(point.current[0] / ampere(1));
  return 0.1 + 0.3 * std::exp(-std::pow((phi - 40) / 15, 2) - std::pow(along / 0.7, 2));
}

// The plan is small: 22.B2 is the row of PF 1 alone, so that the search knows nothing of other
// power factors.
struct SearchCampaign : Campaign {
  explicit SearchCampaign(std::function<double(const OperatingPoint&)> error, int points = 40) {
    surface = std::move(error);
    settings.search_points = points;
  }
};

v1::Run carried_out(Campaign& campaign, bool resume = false) {
  auto run = campaign.carry_out(resume);
  BOOST_REQUIRE_MESSAGE(run.has_value(), (run ? "" : run.error().message));
  for (const std::string& sentence : campaign::recheck(*run)) BOOST_ERROR(sentence);
  return *run;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(search)

BOOST_AUTO_TEST_CASE(a_hill_between_the_points_of_the_standard_is_found) {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    SearchCampaign campaign(hill);
    campaign.settings.seed = seed;
    const v1::Run run = carried_out(campaign);
    const Found worst = worst_of(run);
    // 0.4 % on top, of the 0.6 % between 1 and 0.5i.
    BOOST_TEST(worst.share > 0.95 * 0.4 / 0.6, "seed " << seed << ": " << worst.share);
    BOOST_TEST(worst.share <= 0.4 / 0.6 + 1e-4);
    BOOST_TEST(worst.point->limit().row() == "22.B4");
    BOOST_TEST(std::abs(std::acos(worst.point->search().power_factor()) * degrees - 40) < 5);
    BOOST_TEST(worst.point->search().character() == v1::CHARACTER_INDUCTIVE);
    BOOST_TEST(std::abs(std::log(worst.point->search().current())) < 0.25);
    BOOST_TEST(worst_planned(run) < 0.3);
    BOOST_TEST(run.verdict() == v1::OUTCOME_PASS);
  }
}

// e = 0.05 + 5 (U/Un - 1) + 0.02 lg(I/In), in %: 0.5516 at 1.1 Un and Imax, of 0.5 + 0.2. With
// 0.9 Un it is 0.4484, at 0.5i the limit is 0.6 + 0.4, and with 1.15 Un, which is for In alone, 0.8
// of 0.5 + 0.6.
BOOST_AUTO_TEST_CASE(a_shift_counts_against_the_limits_of_load_and_shift_together) {
  SearchCampaign campaign([](const OperatingPoint& point) {
    return 0.05 + 5 * (point.voltage[0] / volt(230) - 1) +
           0.02 * std::log10(point.current[0] / ampere(5));
  });
  const v1::Run run = carried_out(campaign);
  const Found worst = worst_of(run);
  BOOST_TEST(worst.share == (0.55 + 0.02 * std::log10(1.2)) / 0.7,
             boost::test_tools::tolerance(0.002));
  const v1::SearchPlace& place = worst.point->search();
  BOOST_TEST(place.voltage_factor() == 1.1);
  BOOST_TEST(place.frequency_factor() == 1);
  BOOST_TEST(place.power_factor() == 1);
  BOOST_REQUIRE(place.added_size() == 1);
  BOOST_TEST(place.added(0).row() == "22.V1");
  BOOST_TEST(place.added(0).magnitude() == 0.2);
  BOOST_TEST(place.added(0).clause() == "influence quantities, voltage");
  BOOST_TEST(worst.result->limit().row() == "22.B2 + 22.V1");
  // On the terminals is what the place says.
  BOOST_TEST(worst.result->conditions().measured().elements(0).voltage() == 253,
             boost::test_tools::tolerance(1e-9));
  BOOST_TEST(run.verdict() == v1::OUTCOME_PASS);
}

BOOST_AUTO_TEST_CASE(an_error_beyond_the_sum_of_the_limits_fails_and_says_of_what) {
  SearchCampaign campaign(
      [](const OperatingPoint& point) { return 9 * (point.voltage[0] / volt(230) - 1); });
  const v1::Run run = carried_out(campaign);
  const Found worst = worst_of(run);
  BOOST_TEST(worst.result->outcome() == v1::OUTCOME_FAIL);
  BOOST_TEST(worst.result->reason() ==
             "outside the sum of the limits that hold there, 0.5 % (22.B2) + 0.2 % (22.V1); |e| = "
             "0.9 exceeds the limit 0.7");
  BOOST_TEST(worst_planned(run) < 0.01);
  BOOST_TEST(run.verdict() == v1::OUTCOME_FAIL);
}

// What was measured as planned is not measured again, and the search begins beside the worst of it.
BOOST_AUTO_TEST_CASE(the_planned_points_are_where_it_starts) {
  SearchCampaign campaign([](const OperatingPoint& point) {
    return 0.1 + 0.1 * std::sin(point.displacement[0].in(degree) / degrees) +
           0.01 * std::log10(point.current[0] / ampere(5));
  });
  campaign.options.only = {"balanced"};
  const v1::Run run = carried_out(campaign);
  for (const Found& found : searched(run)) {
    for (const v1::PlannedPoint& point : run.header().plan()) {
      if (point.adaptive() || point.test() != "balanced" || found.point->has_influence()) continue;
      BOOST_TEST((found.point->current_over_nominal() != point.current_over_nominal() ||
                  found.point->power_factor_label() != point.power_factor_label()));
    }
  }
  // The greatest error is that of Imax at 0.5i, which is planned: no place is worse.
  BOOST_TEST(worst_of(run).share < worst_planned(run));
  BOOST_TEST(worst_of(run).share > 0.9 * worst_planned(run));
}

BOOST_AUTO_TEST_CASE(every_point_is_in_the_plan_before_it_is_measured) {
  SearchCampaign campaign(hill, 8);
  const v1::Run run = carried_out(campaign);
  BOOST_TEST(searched(run).size() == 8u);
  BOOST_TEST(run.header().search().points() == 8);
  BOOST_TEST(searched(run).front().point->id() == "search/1");
  const auto records = store::RunStore::open(campaign.settings.store)->records();
  BOOST_REQUIRE(records.has_value());
  BOOST_TEST(records->front().evidence().header().plan_size() + 8 == run.header().plan_size());
  std::string added;
  int measured = 0;
  for (std::size_t i = 1; i < records->size(); ++i) {
    const v1::Evidence& evidence = records->at(i).evidence();
    if (evidence.has_header()) added = evidence.header().plan(0).id();
    if (!evidence.point_result().point().starts_with("search/")) continue;
    BOOST_TEST(evidence.point_result().point() == added);
    ++measured;
  }
  BOOST_TEST(measured == 8);
}

BOOST_AUTO_TEST_CASE(the_same_seed_searches_the_same_points) {
  SearchCampaign a(hill, 20);
  SearchCampaign b(hill, 20);
  SearchCampaign c(hill, 20);
  c.settings.seed = 2;
  const v1::Run run = carried_out(a);
  BOOST_TEST(run.evidence_sha256() == carried_out(b).evidence_sha256());
  const v1::Run other = carried_out(c);
  BOOST_TEST(searched(run)[9].point->SerializeAsString() !=
             searched(other)[9].point->SerializeAsString());
}

BOOST_AUTO_TEST_CASE(a_search_that_was_stopped_goes_on_to_the_same_points) {
  SearchCampaign whole(hill);
  const v1::Run expected = carried_out(whole);
  for (const std::size_t after : {1U, 25U}) {
    SearchCampaign campaign(hill);
    std::atomic<bool> stop = false;
    std::size_t done = 0;
    campaign.settings.stop = &stop;
    campaign.settings.progress = [&](const campaign::Progress& progress) {
      if (progress.finished != nullptr && progress.point->adaptive()) stop = ++done == after;
    };
    const v1::Run stopped = carried_out(campaign);
    BOOST_TEST(stopped.interrupted() == "stopped by the operator");
    BOOST_TEST(searched(stopped).size() == after + 1);
    // The next one was chosen and is missing.
    BOOST_TEST(searched(stopped).back().result->outcome() == v1::OUTCOME_NOT_RUN);
    BOOST_TEST(searched(stopped).back().result->reason() == store::interrupted);
    BOOST_TEST(stopped.verdict() == v1::OUTCOME_NOT_RUN);

    stop = false;
    campaign.settings.progress = nullptr;
    const v1::Run resumed = carried_out(campaign, true);
    BOOST_TEST(resumed.interrupted() == "");
    BOOST_REQUIRE(resumed.header().plan_size() == expected.header().plan_size());
    for (int i = 0; i < expected.header().plan_size(); ++i)
      BOOST_TEST(resumed.header().plan(i).SerializeAsString() ==
                 expected.header().plan(i).SerializeAsString());
    BOOST_TEST(resumed.verdict() == expected.verdict());
    // There is nothing left to do: the bench is not even opened.
    const int opened = campaign.benches_opened;
    BOOST_TEST(carried_out(campaign, true).evidence_sha256() == resumed.evidence_sha256());
    BOOST_TEST(campaign.benches_opened == opened);
  }
}

BOOST_AUTO_TEST_CASE(progress_counts_the_points_of_the_search) {
  SearchCampaign campaign(hill, 10);
  std::size_t done = 0;
  std::size_t total = 0;
  double left = -1;
  campaign.settings.progress = [&](const campaign::Progress& progress) {
    BOOST_TEST((progress.time_left >= second(0)));
    done = progress.points_done;
    total = progress.points_total;
    left = progress.time_left.in(second);
  };
  const v1::Run run = carried_out(campaign);
  BOOST_TEST(done == total);
  BOOST_TEST(total == static_cast<std::size_t>(run.header().plan_size()));
  BOOST_TEST(std::abs(left) < 1e-6);
  const auto plan = campaign::expand(campaign.inputs, campaign.options);
  const auto scale = campaign::scale_of_search(campaign.inputs, *plan, 1, 10);
  BOOST_TEST(scale->points == 10);
  // Ten points of 10 s to settle and 10 s at least.
  BOOST_TEST((scale->time >= second(200)));
}

BOOST_AUTO_TEST_CASE(another_search_is_not_gone_on_with) {
  SearchCampaign campaign(hill, 4);
  carried_out(campaign);
  campaign.settings.search_points = 5;
  const auto more = campaign.carry_out(true);
  BOOST_REQUIRE(!more);
  BOOST_TEST((more.error().code == ErrorCode::failed_precondition));
  BOOST_TEST(more.error().message.find("was begun with a search of 4 points; expected") !=
                 std::string::npos,
             more.error().message);
  campaign.settings.search_points = 0;
  BOOST_TEST(!campaign.carry_out(true));
}

// A scripted bench puts out sines alone. It is asked once, and what it refuses does not count.
BOOST_AUTO_TEST_CASE(harmonics_that_the_bench_refuses_are_left_out) {
  SearchCampaign campaign(hill);
  const v1::Run run = carried_out(campaign);
  int refused = 0;
  for (const Found& found : searched(run)) {
    if (found.result->outcome() != v1::OUTCOME_NOT_RUN) continue;
    ++refused;
    BOOST_TEST(found.point->search().harmonic_share() > 0);
    BOOST_TEST(found.result->reason() == "a scripted bench puts out points alone");
    BOOST_TEST(!store::is_explained(*found.point));
    BOOST_TEST(store::is_explained(*found.point, *found.result));
  }
  BOOST_TEST(refused == 1);
  BOOST_TEST(run.verdict() == v1::OUTCOME_PASS);
}

BOOST_AUTO_TEST_CASE(a_point_of_a_search_is_retested_as_any_other) {
  SearchCampaign campaign(
      [](const OperatingPoint& point) { return 9 * (point.voltage[0] / volt(230) - 1); });
  const v1::Run failed = carried_out(campaign);
  const std::string id = worst_of(failed).point->id();
  campaign.surface = nullptr;
  const auto points = campaign::points_to_retest(failed, {});
  BOOST_REQUIRE(points.has_value());
  BOOST_TEST(std::count(points->begin(), points->end(), id) == 1);
  const campaign::Inputs inputs = campaign::inputs_of(failed.header(), "bench.yaml");
  const campaign::Plan plan(failed.header().plan().begin(), failed.header().plan().end());
  campaign.settings.search_points = 0;
  campaign.settings.retest = campaign::Retest{.points = *points, .repeat = 1};
  const auto again = campaign::run(inputs, plan, campaign.settings);
  BOOST_REQUIRE(again.has_value());
  BOOST_TEST(again->header().plan_size() == failed.header().plan_size());
  BOOST_TEST(again->verdict() == v1::OUTCOME_PASS);
  BOOST_TEST(again->superseded_size() == static_cast<int>(points->size()));
}

BOOST_AUTO_TEST_CASE(a_meter_that_stops_somewhere_is_worse_than_any_error) {
  // Nothing below 0.08 A: creep suppression gone wrong.
  SearchCampaign campaign([](const OperatingPoint& point) {
    return point.current[0] < ampere(0.08) ? -100 : 0.4 * point.current[0].in(ampere) / 6;
  });
  const v1::Run run = carried_out(campaign);
  int stopped = 0;
  for (const Found& found : searched(run)) {
    if (found.result->outcome() != v1::OUTCOME_FAIL) continue;
    ++stopped;
    BOOST_TEST(found.point->search().current() < 0.08);
    BOOST_TEST(!found.result->has_value());
  }
  // The second half looks around there.
  BOOST_TEST(stopped > 5);
}

BOOST_AUTO_TEST_CASE(a_search_that_is_not_possible_is_refused_before_anything_begins) {
  SearchCampaign campaign(hill);
  v1::Suite& suite = *campaign.inputs.suites.front().message.mutable_suite();
  for (v1::Test& test : *suite.mutable_tests()) {
    if (test.id() == "balanced") test.mutable_intrinsic_error()->set_load(v1::LOAD_SINGLE_PHASE);
  }
  const auto plan = test::plan_of(test::shipped_inputs());
  const auto none = campaign::scale_of_search(campaign.inputs, plan, 1, 40);
  BOOST_REQUIRE(!none);
  BOOST_TEST((none.error().code == ErrorCode::failed_precondition));
  BOOST_TEST(none.error().message.find("expected one with intrinsic_error and load balanced") !=
             std::string::npos);

  SearchCampaign same(hill);
  for (v1::Test& test : *same.inputs.suites.front().message.mutable_suite()->mutable_tests()) {
    if (test.id() == "balanced") test.set_id("search");
    if (test.has_load_difference()) test.mutable_load_difference()->set_balanced_test("search");
  }
  same.options.only = {"search"};
  const auto called = same.carry_out();
  BOOST_REQUIRE(!called);
  BOOST_TEST(called.error().message.find("the test 'search' of suite iec-62053-22-0.5s is called "
                                         "as the search is") != std::string::npos,
             called.error().message);
  BOOST_TEST(!std::filesystem::exists(same.settings.store));
}

BOOST_AUTO_TEST_SUITE_END()
