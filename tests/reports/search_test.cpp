// SPDX-License-Identifier: GPL-3.0-or-later
// What the reports say of a search for the worst point.
#include "meterrig/report/search.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <pugixml.hpp>

#include "example_run.h"
#include "meterrig/report/html.h"
#include "meterrig/report/overview.h"
#include "meterrig/report/text.h"
#include "meterrig/svg/place_chart.h"

using namespace meterrig;

namespace {

v1::PlannedPoint& add_searched(v1::Run& run, double current, const std::string& factor,
                               double limit, std::optional<double> error) {
  v1::RunHeader& header = *run.mutable_header();
  v1::PlannedPoint point;
  for (const v1::PlannedPoint& planned : header.plan()) {
    if (planned.id() == "balanced/import/1In/1") point = planned;
  }
  BOOST_REQUIRE(!point.id().empty());
  int number = 1;
  for (const v1::PlannedPoint& planned : header.plan()) number += planned.has_search() ? 1 : 0;
  point.set_id("search/" + std::to_string(number));
  point.set_test("search");
  point.set_test_title("Search for the worst point");
  point.set_procedure("search");
  point.set_adaptive(true);
  point.set_current_label(std::to_string(current).substr(0, 5) + " A");
  point.set_power_factor_label(factor);
  for (v1::ElementPoint& element : *point.mutable_applied()->mutable_elements())
    element.set_current(current);
  point.mutable_limit()->set_row("22.B2");
  point.mutable_limit()->set_magnitude(limit);
  point.mutable_search()->set_current(current);
  v1::PointResult& result = *run.add_results();
  result.set_point(point.id());
  result.set_unit("%");
  result.set_result_name("error");
  *result.mutable_limit() = point.limit();
  result.set_outcome(v1::OUTCOME_NOT_VALID);
  if (error) {
    result.set_value(*error);
    result.set_expanded_uncertainty(0.01);
    result.set_coverage_factor(2);
    result.set_outcome(std::abs(*error) <= limit ? v1::OUTCOME_PASS : v1::OUTCOME_FAIL);
  }
  *header.add_plan() = point;
  return *header.mutable_plan(header.plan_size() - 1);
}

void add_shift(v1::Run& run, v1::PlannedPoint& point) {
  point.mutable_influence()->set_title("0.9 Un");
  point.mutable_influence()->set_voltage_factor(0.9);
  v1::LimitUsed& added = *point.mutable_search()->add_added();
  added.set_row("22.V1");
  added.set_clause("influence quantities, voltage");
  added.set_magnitude(0.2);
  added.set_confidence(v1::CONFIDENCE_MEMORY);
  added.set_provenance("a textbook");
  point.mutable_limit()->set_row("22.B2 + 22.V1");
  *run.mutable_results(run.results_size() - 1)->mutable_limit() = point.limit();
}

// Three places: 40 %, 60 % (0.42 of 0.5 + 0.2) and one without a valid result.
v1::Run example() {
  v1::Run run = report::test::example_run(true);
  add_searched(run, 1.25, "0.7i", 0.5, 0.2);
  add_shift(run, add_searched(run, 2.5, "1", 0.7, -0.42));
  add_searched(run, 0.5, "0.9c", 0.5, std::nullopt);
  return run;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(search)

BOOST_AUTO_TEST_CASE(the_worst_is_that_of_the_greatest_share_of_its_limit) {
  const v1::Run run = example();
  const std::vector<report::Point> points = report::points(run);
  const auto searches = report::searches(points);
  BOOST_REQUIRE(searches.size() == 1u);
  BOOST_TEST(searches[0].tried.size() == 3u);
  BOOST_REQUIRE(searches[0].worst != nullptr);
  BOOST_TEST(searches[0].worst->id == "search/2");
  BOOST_TEST(report::share_of_limit(*searches[0].worst) == 60, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(std::isnan(report::share_of_limit(*searches[0].tried[2])));
  BOOST_TEST(report::place_text(*searches[0].worst) == "2.500 A, PF 1, 0.9 Un");
  // Imported energy alone, which is what was searched: 0.492 % of 0.5 %.
  for (const report::Point* planned : searches[0].planned)
    BOOST_TEST(planned->plan->direction() == v1::DIRECTION_IMPORT);
  BOOST_REQUIRE(searches[0].worst_planned != nullptr);
  BOOST_TEST(searches[0].worst_planned->id == "balanced/import/0.05In/1");
  BOOST_TEST(report::sentence(searches[0], report::Signs::ascii) ==
             "Searched 3 points, the worst of them at 2.500 A, PF 1, 0.9 Un: error -0.420 % (U "
             "0.010 %), limit +-0.7 %, 60 % of it. The worst planned one, "
             "balanced/import/0.05In/1, is at 98 % of its limit.");
}

BOOST_AUTO_TEST_CASE(a_failure_without_a_value_is_worse_than_any_error) {
  v1::Run run = example();
  v1::PointResult& result = *run.mutable_results(run.results_size() - 1);
  result.set_outcome(v1::OUTCOME_FAIL);
  result.set_reason("no pulse within 10 s");
  const std::vector<report::Point> points = report::points(run);
  const auto searches = report::searches(points);
  BOOST_TEST(searches[0].worst->id == "search/3");
  BOOST_TEST(report::sentence(searches[0]).find("PF 0.9 cap: no pulse within 10 s.") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_search_that_found_nothing_says_so_and_a_run_without_one_says_nothing) {
  v1::Run run = report::test::example_run(true);
  BOOST_TEST(report::searches(report::points(run)).empty());
  BOOST_TEST(report::html(run).find("Worst point found") == std::string::npos);
  add_searched(run, 0.5, "1", 0.5, std::nullopt);
  const std::vector<report::Point> points = report::points(run);
  BOOST_TEST(report::sentence(report::searches(points)[0])
                 .starts_with("Searched 1 point, none of which says anything about the device."));
  BOOST_TEST(report::html(run).find("Worst point found") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_page_has_a_section_with_place_limits_and_picture) {
  const v1::Run run = example();
  const std::string page = report::html(run);
  pugi::xml_document document;
  BOOST_REQUIRE(document.load_buffer(page.data(), page.size()));
  const pugi::xml_node section = document.select_node("//section[@id='search']").node();
  BOOST_REQUIRE(section);
  const auto fact = [&](const std::string& name) {
    for (const pugi::xpath_node row : section.select_nodes(".//tr")) {
      if (row.node().child("th").text().get() == name)
        return std::string(row.node().child("td").text().get());
    }
    return std::string("none");
  };
  BOOST_TEST(fact("Place") == "2.500 A, PF 1, 0.9 Un");
  BOOST_TEST(fact("Limit") == "\u00B10.7 % = 0.5 % (22.B2) + 0.2 % (22.V1)");
  BOOST_TEST(fact("Added, 22.V1").find("influence quantities, voltage") != std::string::npos);
  BOOST_TEST(fact("|e| / L") == "60 %");
  BOOST_TEST(fact("Tried") == "3 points, 1 of them without a valid result");
  BOOST_TEST(section.select_nodes(".//*[name()='svg']").size() == 1u);
  // What passed is in the table of its test and not in the list of other tests.
  const pugi::xml_node others = document.select_node("//table[@class='others']").node();
  for (const pugi::xpath_node link : others.select_nodes(".//a"))
    BOOST_TEST(std::string(link.node().text().get()).find("Search, import, 1.250 A") ==
               std::string::npos);
  BOOST_TEST(report::summary_table(run, false).find("\nSearched 3 points, the worst of them") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_a_bench_refused_to_a_search_does_not_count) {
  v1::Run run;
  run.mutable_header()->add_plan()->set_id("search/1");
  run.mutable_header()->mutable_plan(0)->set_adaptive(true);
  v1::PointResult& result = *run.add_results();
  result.set_point("search/1");
  result.set_outcome(v1::OUTCOME_NOT_RUN);
  result.set_reason("sines alone");
  BOOST_TEST(report::problems(report::points(run)).empty());
  result.set_reason("interrupted");
  BOOST_TEST(report::problems(report::points(run)).size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(place_chart)

BOOST_AUTO_TEST_CASE(each_place_is_drawn_in_its_shape_and_the_one_that_is_meant_has_a_ring) {
  svg::PlaceChart chart;
  chart.x_ticks = {{0.1, "0.1"}, {1, "1"}};
  chart.y_ticks = {{0, "1"}, {60, "0.5 ind"}};
  chart.places = {{.x = 0.1, .y = 0, .share = 10, .title = "a"},
                  {.x = 1,
                   .y = 30,
                   .share = 110,
                   .shape = svg::PlaceShape::square,
                   .ringed = true,
                   .title = "b"},
                  {.x = 0.5, .y = 60, .share = 60, .shape = svg::PlaceShape::diamond, .title = "c"},
                  {.x = 0.5, .y = -20, .share = std::nan(""), .title = "d"}};
  const std::string drawn = svg::draw(chart);
  pugi::xml_document document;
  BOOST_REQUIRE(document.load_buffer(drawn.data(), drawn.size()));
  const auto group = [&](const char* title) {
    for (const pugi::xpath_node node : document.select_nodes("//g")) {
      if (std::string(node.node().child("title").text().get()) == title) return node.node();
    }
    return pugi::xml_node();
  };
  BOOST_TEST(group("a").select_nodes("circle").size() == 1u);
  BOOST_TEST(group("b").select_nodes("circle").size() == 1u);
  BOOST_TEST(std::string(group("b").child("rect").attribute("fill").value()) == "#b91c1c");
  BOOST_TEST(group("c").select_nodes("polygon").size() == 1u);
  BOOST_TEST(group("d").select_nodes("line").size() == 2u);
  // Larger where the share is, on a logarithmic axis from left to right.
  BOOST_TEST(group("a").child("circle").attribute("r").as_double() == 4);
  BOOST_TEST(group("a").child("circle").attribute("cx").as_double() <
             group("b").child("circle").attribute("cx").as_double());
  BOOST_TEST(svg::draw(svg::PlaceChart{}).find("no places") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
