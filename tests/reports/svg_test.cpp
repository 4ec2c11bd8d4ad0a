// SPDX-License-Identifier: GPL-3.0-or-later
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <pugixml.hpp>
#include <string>

#include "meterrig/svg/drawing.h"
#include "meterrig/svg/error_chart.h"
#include "meterrig/svg/harmonic_chart.h"
#include "meterrig/svg/margin_bar.h"
#include "meterrig/svg/scale.h"

using namespace meterrig::svg;

namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
constexpr double infinite = std::numeric_limits<double>::infinity();

pugi::xml_document parsed(const std::string& svg) {
  pugi::xml_document document;
  const pugi::xml_parse_result result = document.load_buffer(svg.data(), svg.size());
  BOOST_TEST_REQUIRE(static_cast<bool>(result), result.description());
  return document;
}

std::size_t count(const pugi::xml_document& document, const char* path) {
  return document.select_nodes(path).size();
}

bool has_text(const pugi::xml_document& document, const std::string& wanted) {
  for (const pugi::xpath_node node : document.select_nodes("//text")) {
    if (node.node().text().get() == wanted) return true;
  }
  return false;
}

/// Every number of every shape lies in the drawing, so nothing is clipped away or runs out of the
/// page.
void check_inside(const pugi::xml_document& document) {
  const pugi::xml_node svg = document.child("svg");
  const double width = svg.attribute("width").as_double();
  const double height = svg.attribute("height").as_double();
  const auto inside = [](double value, double end) {
    BOOST_TEST((value >= 0 && value <= end), value << " of " << end);
  };
  for (const pugi::xpath_node node : document.select_nodes("//line")) {
    inside(node.node().attribute("x1").as_double(-1), width);
    inside(node.node().attribute("x2").as_double(-1), width);
    inside(node.node().attribute("y1").as_double(-1), height);
    inside(node.node().attribute("y2").as_double(-1), height);
  }
  for (const pugi::xpath_node node : document.select_nodes("//rect | //text")) {
    inside(node.node().attribute("x").as_double(-1), width);
    inside(node.node().attribute("y").as_double(-1), height);
    inside(node.node().attribute("x").as_double() + node.node().attribute("width").as_double(),
           width);
    inside(node.node().attribute("y").as_double() + node.node().attribute("height").as_double(),
           height);
  }
  for (const pugi::xpath_node node : document.select_nodes("//circle")) {
    inside(node.node().attribute("cx").as_double(-1), width);
    inside(node.node().attribute("cy").as_double(-1), height);
  }
}

ErrorChart example() {
  ErrorChart chart;
  chart.title = "example";
  chart.x_title = "current";
  chart.y_title = "error / %";
  chart.ticks = {{0.01, "0.01"}, {0.1, "0.1"}, {1, "1"}, {1.2, "1.2"}};
  chart.marks = {{1, "In"}, {1.2, "Imax"}};
  chart.series = {{"PF 1",
                   {{0.01, -0.2, 0.05, Mark::normal, "a"},
                    {0.1, 0.1, 0.02, Mark::normal, "b"},
                    {1, 0.7, 0.01, Mark::failed, "c"}}}};
  chart.envelopes = {{"PF 1", {{0.01, 0.05, 1.0}, {0.05, 1.2, 0.5}}}};
  return chart;
}

HarmonicChart orders() {
  HarmonicChart chart;
  chart.title = "orders";
  chart.y_title = "error / %";
  chart.series = {{"each order alone",
                   {{2, 1, 0.5, Mark::normal, "second"},
                    {3, -2.5, 0.25, Mark::doubtful, "third"},
                    {63, 6, 0.1, Mark::failed, "last"}}},
                  {"a mix", {{3, 5, 0, Mark::normal, "mixed"}}}};
  chart.limits = {{1.5, 2.5, 5}, {2.5, 3.5, 5}, {62.5, 63.5, 5}};
  return chart;
}

/// Error bars are the groups with a title; a group without a shape is not drawn.
std::size_t drawn_points(const pugi::xml_document& document) {
  return count(document, "//g[title and count(*) > 1]");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(svg)

BOOST_AUTO_TEST_CASE(LinearScale_MapsItsEndsAndItsMiddle) {
  const Scale scale(Scale::Kind::linear, -1, 3, 100, 300);
  BOOST_TEST(scale.at(-1) == 100);
  BOOST_TEST(scale.at(1) == 200);
  BOOST_TEST(scale.at(3) == 300);
}

BOOST_AUTO_TEST_CASE(LogarithmicScale_GivesEachDecadeTheSameLength) {
  const Scale scale(Scale::Kind::logarithmic, 0.01, 10, 0, 300);
  BOOST_TEST(scale.at(0.1) == 100, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(scale.at(1) == 200, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(std::isnan(scale.at(0)));
  BOOST_TEST(std::isnan(scale.at(-1)));
}

BOOST_AUTO_TEST_CASE(Scale_WithoutExtent_StillMapsToFiniteNumbers) {
  for (const auto kind : {Scale::Kind::linear, Scale::Kind::logarithmic}) {
    for (const double value : {0.0, 5.0, -5.0, unknown, infinite}) {
      const Scale scale(kind, value, value, 0, 100);
      BOOST_TEST(std::isfinite(scale.at(scale.least())));
      BOOST_TEST(std::isfinite(scale.at(scale.greatest())));
    }
  }
}

BOOST_AUTO_TEST_CASE(Ticks_AreRoundMultiplesInsideTheRange) {
  const Ticks ticks = nice_ticks(-1.25, 1.25, 7);
  BOOST_TEST(ticks.values == (std::vector<double>{-1, -0.5, 0, 0.5, 1}),
             boost::test_tools::per_element());
  BOOST_TEST(ticks.decimals == 1);
  BOOST_TEST(nice_ticks(0, 0.7, 7).values.size() == 8U);
  BOOST_TEST(nice_ticks(0, 0, 7).values.empty());
  BOOST_TEST(nice_ticks(0, infinite, 7).values.empty());
  BOOST_TEST(nice_ticks(unknown, 1, 7).values.empty());
}

BOOST_AUTO_TEST_CASE(TickLabel_HasATrueMinusAndNoSignedZero) {
  BOOST_TEST(tick_label(-0.5, 1) == "\u22120.5");
  BOOST_TEST(tick_label(-0.04, 1) == "0.0");
  BOOST_TEST(tick_label(12, 0) == "12");
}

BOOST_AUTO_TEST_CASE(Drawing_LeavesOutShapesThatAreNotFinite) {
  Drawing drawing(10, 10, "t");
  drawing.line({0, 0}, {unknown, 1});
  drawing.circle({infinite, 0}, 1, "red");
  drawing.rectangle({0, 0}, -1, 2, "red");
  drawing.text({unknown, 0}, "x");
  const Spot spots[] = {{0, 0}, {1, unknown}, {2, 2}};
  drawing.polyline(spots);
  drawing.polygon(spots, "red");
  const auto document = parsed(drawing.finish());
  BOOST_TEST(count(document, "/svg/*") == 1U);  // the title
}

BOOST_AUTO_TEST_CASE(Drawing_EscapesTextAndTitle) {
  Drawing drawing(10, 10, "<script>\"&'");
  drawing.text({1, 1}, "a < b & \x01 c");
  const auto document = parsed(drawing.finish());
  BOOST_TEST(document.child("svg").attribute("aria-label").value() == "<script>\"&'");
  BOOST_TEST(document.child("svg").child_value("title") == "<script>\"&'");
  BOOST_TEST(document.child("svg").child_value("text") == "a < b & \uFFFD c");
}

BOOST_AUTO_TEST_CASE(Chart_HasRoleTitleTicksAndMarks) {
  const auto document = parsed(draw(example()));
  BOOST_TEST(document.child("svg").attribute("role").value() == "img");
  BOOST_TEST(document.child("svg").child_value("title") == "example");
  for (const char* text : {"0.01", "1.2", "In", "Imax", "error / %", "current", "PF 1",
                           "class limit, PF 1", "\u22120.5"}) {
    BOOST_TEST(has_text(document, text), text);
  }
  check_inside(document);
}

BOOST_AUTO_TEST_CASE(Chart_DrawsEachPointInBothPanels) {
  const auto document = parsed(draw(example()));
  BOOST_TEST(drawn_points(document) == 6U);
}

BOOST_AUTO_TEST_CASE(Chart_SkipsUnknownValuesAndCurrentsWithoutLogarithm) {
  ErrorChart chart = example();
  chart.series[0].points.push_back({0.5, unknown, 0.01, Mark::normal, "unknown"});
  chart.series[0].points.push_back({0, 0.1, 0.01, Mark::normal, "no current"});
  const auto document = parsed(draw(chart));
  BOOST_TEST(drawn_points(document) == 6U);
  BOOST_TEST(count(document, "//title[text()='unknown']") == 0U);
  check_inside(document);
}

BOOST_AUTO_TEST_CASE(Chart_DrawsNoBarForUnknownUncertainty) {
  ErrorChart chart = example();
  chart.series = {
      {"PF 1", {{0.1, 0.1, unknown, Mark::normal, "bare"}, {1, 0.1, 0.02, Mark::normal, "with"}}}};
  const auto document = parsed(draw(chart));
  BOOST_TEST(count(document, "//g[title='bare']/line") == 0U);
  BOOST_TEST(count(document, "//g[title='with']/line") == 6U);  // bar and two caps, in two panels
}

BOOST_AUTO_TEST_CASE(Chart_CapsAreWiderThanMarkers) {
  const auto document = parsed(draw(example()));
  const pugi::xml_node group = document.select_node("//g[title='a']").node();
  const pugi::xml_node cap = group.find_child([](pugi::xml_node n) {
    return std::string(n.name()) == "line" &&
           n.attribute("y1").as_double() == n.attribute("y2").as_double();
  });
  const double width = cap.attribute("x2").as_double() - cap.attribute("x1").as_double();
  BOOST_TEST(width > 2 * group.child("circle").attribute("r").as_double());
}

BOOST_AUTO_TEST_CASE(Chart_DrawsAnErrorFarBeyondAsAnArrowWithItsValue) {
  ErrorChart chart = example();
  chart.series[0].points.push_back({0.5, -100, 0.01, Mark::failed, "far"});
  const auto document = parsed(draw(chart));
  BOOST_TEST(has_text(document, "\u2212100.00"));
  BOOST_TEST(count(document, "//g[title='far']/polygon") == 2U);
  check_inside(document);
}

BOOST_AUTO_TEST_CASE(Chart_LimitIsAStepAtTheRowsBorder) {
  // In the first panel the limit lines at 0.05 have a riser: a vertical red line.
  const auto document = parsed(draw(example()));
  std::size_t risers = 0;
  for (const pugi::xpath_node node : document.select_nodes("//line[@stroke='#c03535']")) {
    const pugi::xml_node line = node.node();
    if (line.attribute("x1").as_double() == line.attribute("x2").as_double()) ++risers;
  }
  BOOST_TEST(risers >= 2U);
}

BOOST_AUTO_TEST_CASE(Chart_WithoutAnything_DoesNotCrash) {
  const auto empty = parsed(draw(ErrorChart{}));
  BOOST_TEST(has_text(empty, "no results to draw"));
  ErrorChart chart;
  chart.series = {{"PF 1", {}}, {"", {}}};
  chart.envelopes = {{"", {}},
                     {"x", {{unknown, 1, 0.5}, {2, 1, 0.5}, {0.1, 1, unknown}, {0, 0, 0}}}};
  chart.ticks = {{unknown, "n"}, {0, "0"}, {-1, "-1"}};
  check_inside(parsed(draw(chart)));
}

// The plot area is 202 high. Against the limits it reaches 1.1 x 6.1 either way, zoomed 1.15 x 6.1.
BOOST_AUTO_TEST_CASE(HarmonicChart_HasABarOfEachErrorInBothPanels) {
  const auto document = parsed(draw(orders()));
  BOOST_TEST(drawn_points(document) == 2 * 4U);
  check_inside(document);
  for (const auto& [title, error] : {std::pair{"second", 1.0}, {"third", 2.5}, {"last", 6.0}}) {
    const auto bars =
        document.select_nodes(("//g[title='" + std::string(title) + "']/rect").c_str());
    BOOST_TEST_REQUIRE(bars.size() == 2U);
    BOOST_TEST(bars[0].node().attribute("height").as_double() == error * 101 / (1.1 * 6.1),
               boost::test_tools::tolerance(0.001));
    BOOST_TEST(bars[1].node().attribute("height").as_double() == error * 101 / (1.15 * 6.1),
               boost::test_tools::tolerance(0.001));
  }
  // Up for positive errors, down for negative ones.
  const double zero = 68 + 101;
  const auto first = document.select_node("//g[title='second']/rect").node();
  BOOST_TEST(first.attribute("y").as_double() + first.attribute("height").as_double() == zero,
             boost::test_tools::tolerance(1e-4));
  const auto third = document.select_node("//g[title='third']/rect").node();
  BOOST_TEST(third.attribute("y").as_double() == zero, boost::test_tools::tolerance(1e-4));
  BOOST_TEST(third.attribute("fill").value() == std::string("#ffffff"));
  BOOST_TEST(count(document, "//g[title='last']/rect[@stroke='#c03535']") == 2U);
  // An uncertainty of nothing has no line; two bars at one order stand apart.
  BOOST_TEST(count(document, "//g[title='mixed']/line") == 0U);
  BOOST_TEST(third.attribute("x").as_double() <
             document.select_node("//g[title='mixed']/rect").node().attribute("x").as_double());
  for (const char* tick : {"2", "10", "60", "63"}) BOOST_TEST(has_text(document, tick), tick);
}

BOOST_AUTO_TEST_CASE(HarmonicChart_DrawsAnErrorFarBeyondUpToTheEdgeWithItsValue) {
  HarmonicChart chart = orders();
  chart.series[0].points[1].y = -100;
  const auto document = parsed(draw(chart));
  BOOST_TEST(has_text(document, "\u2212100.00"));
  BOOST_TEST(
      document.select_node("//g[title='third']/rect").node().attribute("height").as_double() == 101,
      boost::test_tools::tolerance(1e-4));
  check_inside(document);
}

BOOST_AUTO_TEST_CASE(HarmonicChart_WithoutNumbers_DoesNotCrash) {
  check_inside(parsed(draw(HarmonicChart{})));
  HarmonicChart chart = orders();
  chart.limits = {{1.5, 2.5, unknown}};
  chart.series[0].points = {{2, unknown, 1, Mark::normal, "a"},
                            {2'000'000'000, 1, unknown, Mark::normal, "b"},
                            {5, infinite, infinite, Mark::normal, "c"}};
  check_inside(parsed(draw(chart)));
}

BOOST_AUTO_TEST_CASE(MarginBar_EndsAtItsPercentageOfTheScale) {
  const auto half = parsed(margin_bar(50, "green", "50 %"));
  const pugi::xml_node bar = half.select_node("//rect[@fill='green']").node();
  const double line = half.select_node("//line").node().attribute("x1").as_double();
  BOOST_TEST(bar.attribute("width").as_double() == line / 2);
  for (const double percent : {0.0, 100.0, 151.0, 1e9, infinite, unknown})
    check_inside(parsed(margin_bar(percent, "green", "")));
}

BOOST_AUTO_TEST_CASE(TwoDrawings_OfTheSameChart_AreTheSameBytes) {
  BOOST_TEST(draw(example()) == draw(example()));
}

BOOST_AUTO_TEST_SUITE_END()
