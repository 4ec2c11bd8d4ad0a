// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/report/html.h"

#include <boost/test/unit_test.hpp>
#include <optional>
#include <pugixml.hpp>
#include <set>
#include <sstream>
#include <string>

#include "example_run.h"
#include "hostile_run.h"

using namespace meterrig;

namespace {

std::string with_plain_blanks(std::string_view text) {
  constexpr std::string_view no_break = "\u00A0";
  std::string plain;
  while (!text.empty()) {
    const bool blank = text.starts_with(no_break);
    plain += blank ? ' ' : text.front();
    text.remove_prefix(blank ? no_break.size() : 1);
  }
  return plain;
}

/// The page as XML: whatever is not well formed fails here.
struct Document {
  pugi::xml_document xml;
  std::string text;  ///< all that a reader sees, white space folded

  explicit Document(const std::string& page) {
    const pugi::xml_parse_result result =
        xml.load_buffer(page.data(), page.size(), pugi::parse_default | pugi::parse_doctype);
    BOOST_TEST_REQUIRE(static_cast<bool>(result), result.description() << " at " << result.offset);
    for (const pugi::xpath_node node : xml.select_nodes("/html/body//text()")) {
      std::istringstream words(with_plain_blanks(node.node().value()));
      for (std::string word; words >> word;) text += word + " ";
    }
  }
  [[nodiscard]] bool says(const std::string& wanted) const {
    return text.find(wanted) != std::string::npos;
  }
  [[nodiscard]] std::size_t count(const std::string& path) const {
    return xml.select_nodes(path.c_str()).size();
  }
  [[nodiscard]] std::string at(const std::string& path) const {
    const pugi::xml_node node = xml.select_node(path.c_str()).node();
    std::string all;
    for (const pugi::xpath_node part : node.select_nodes(".//text()")) all += part.node().value();
    return all;
  }
};

/// Cells of a row as text, by class or place.
std::string cell(pugi::xml_node row, const char* path) {
  std::string all;
  for (const pugi::xpath_node part : row.select_nodes((std::string(path) + "//text()").c_str()))
    all += part.node().value();
  return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(html)

BOOST_AUTO_TEST_CASE(TwoRenders_OfEqualRuns_AreTheSameBytes) {
  BOOST_TEST(report::html(report::test::example_run(true)) ==
             report::html(report::test::example_run(true)));
}

BOOST_AUTO_TEST_CASE(EveryPlannedPoint_IsARowOfItsTest) {
  const v1::Run run = report::test::example_run(true);
  const Document page(report::html(run));
  BOOST_TEST(page.count("//table[@class='results']/tbody/tr") ==
             static_cast<std::size_t>(run.header().plan_size()));
  std::set<std::string> shown;
  for (const pugi::xpath_node row : page.xml.select_nodes("//table[@class='results']/tbody/tr"))
    shown.insert(cell(row.node(), ".//*[@class='id']"));
  for (const v1::PlannedPoint& plan : run.header().plan())
    BOOST_TEST(shown.contains(plan.id()), plan.id());
}

BOOST_AUTO_TEST_CASE(Row_ShowsValueUncertaintyLimitMarginClauseAndVerdict) {
  const Document page(report::html(report::test::example_run(true)));
  const pugi::xml_node row =
      page.xml.select_node("//tr[.//a[text()='single/L3/import/1.2In/1']][@id]").node();
  const std::string text = cell(row, ".");
  for (const char* wanted :
       {"1.913", "0.010", "(2.00)", "\u00B10.6", "321 %", "IEC 62053-22:2020", "Table 3", "22.S1",
        "fail", "the error is above the limit by 1.313 %"}) {
    BOOST_TEST(text.find(wanted) != std::string::npos, wanted);
  }
  BOOST_TEST(!row.select_node(".//svg[@class='bar']").node().empty());
  BOOST_TEST(cell(row, ".//sup") == "b");
}

BOOST_AUTO_TEST_CASE(VerifiedLimit_HasNoMark) {
  const Document page(report::html(report::test::example_run(true)));
  const pugi::xml_node row =
      page.xml.select_node("//tr[.//a[text()='constant/import/Imax/1']][@id]").node();
  BOOST_TEST(row.select_node(".//sup").node().empty());
  BOOST_TEST(page.count("//ol[@class='footnotes']/li") == 5U);
  BOOST_TEST(page.says("HR regulation NN 11/2006, Table 4"));
}

BOOST_AUTO_TEST_CASE(Identifiers_AreUniqueAndLinksHaveATarget) {
  const Document page(report::html(report::test::example_run(true)));
  std::set<std::string> ids;
  for (const pugi::xpath_node node : page.xml.select_nodes("//@id"))
    BOOST_TEST(ids.insert(node.attribute().value()).second, node.attribute().value());
  for (const pugi::xpath_node node : page.xml.select_nodes("//a/@href")) {
    const std::string target = node.attribute().value();
    BOOST_TEST((target.starts_with('#') && (ids.contains(target.substr(1)))), target);
  }
}

// A result without a record (planned, never run) must not leave a link to nowhere.
BOOST_AUTO_TEST_CASE(PointWithoutResult_IsShownWithItsReason) {
  v1::Run run = report::test::example_run(true);
  run.mutable_results()->RemoveLast();
  run.mutable_header()->mutable_plan(69)->set_not_run_reason("the bench has no export");
  const Document page(report::html(run));
  BOOST_TEST(page.count("//table[@class='results']/tbody/tr") == 70U);
  BOOST_TEST(page.says("the bench has no export"));
  BOOST_TEST(page.count("//details[@id='r70']") == 0U);
  BOOST_TEST(page.count("//a[@href='#r70']") == 0U);
}

BOOST_AUTO_TEST_CASE(FirstScreen_SaysVerdictItemStandardRuleAndWorstPoint) {
  const Document page(report::html(report::test::example_run(true)));
  const std::string summary = page.at("//section[@id='summary']");
  for (const char* wanted : {"fail", "does not meet", "3 of 70 points", "Eastron SMART X96-5A",
                             "96005117", "IEC 62053-22:2020", "class 0.5S", "guard band",
                             "Single-phase load, L3, import, 1.2 In, PF 1", "1.913 %", "321 %"}) {
    BOOST_TEST(summary.find(wanted) != std::string::npos, wanted);
  }
}

BOOST_AUTO_TEST_CASE(SimulatedRun_SaysSoAtTheTopAndInTheStatements) {
  v1::Run run = report::test::example_run(true);
  const Document page(report::html(run));
  BOOST_TEST(page.at("/html/body/*[1]").find("simulation, not a calibration") != std::string::npos);
  BOOST_TEST(page.says("SIMULATED"));
  run.mutable_header()->set_simulated(false);
  BOOST_TEST(!Document(report::html(run)).says("SIMULATED"));
}

// ISO/IEC 17025:2017, 7.8.2.1 a) to p).
BOOST_AUTO_TEST_CASE(RunWithOrder_IsATestReportWithEveryRequiredRow) {
  const Document page(report::html(report::test::example_run(true)));
  BOOST_TEST(page.at("//h1") == "Test report");  // a
  for (const char* wanted :
       {"Example Metering Laboratory",
        "Kalibriergasse 4, 1010 Vienna, Austria",  // b
        "Laboratory, room 2",                      // c
        "TR-2026-0117",
        "End of report TR-2026-0117",  // d
        "Panel Works Ltd",
        "8 Copper Lane, Leeds, United Kingdom",              // e
        "IEC 62053-22:2020, suite iec-62053-22-class-0.5S",  // f
        "SMART X96-5A, serial number 96005117",
        "seals intact",                                                         // g
        "Date of receipt 2026-02-27",                                           // h
        "Date of the work 2026-03-02 09:10:00 UTC to 2026-03-02 09:13:39 UTC",  // i
        "Date of issue 2026-03-02",                                             // j
        "Sampling none",                                                        // k
        "results relate only to the item tested",                               // l
        "error / %",                                                            // m
        "Additions to, deviations and exclusions from the method none",         // n
        "Authorised by B. Approver",
        "Operator A. Operator",                  // o
        "Results from external providers none",  // p
        "reproduced in full only",
        "expanded uncertainty",
        "unsigned"}) {
    BOOST_TEST(page.says(wanted), wanted);
  }
  BOOST_TEST(!page.says("Missing for one"));
}

BOOST_AUTO_TEST_CASE(RunWithoutOrder_IsATestRecordThatListsWhatIsMissing) {
  const Document page(report::html(report::test::example_run(false)));
  BOOST_TEST(page.at("//h1") == "Test record");
  BOOST_TEST(page.count("//ul[@class='gaps']/li") == 10U);
  BOOST_TEST(page.says("name of the laboratory"));
  BOOST_TEST(page.count("//section[@id='order']") == 0U);
}

BOOST_AUTO_TEST_CASE(OrderWithAGap_IsATestRecord) {
  v1::Run run = report::test::example_run(true);
  run.mutable_header()->mutable_order()->clear_approver();
  const Document page(report::html(run));
  BOOST_TEST(page.at("//h1") == "Test record");
  BOOST_TEST(page.at("//ul[@class='gaps']") == "person who authorises the report");
}

BOOST_AUTO_TEST_CASE(SerialNumberThatTheDeviceContradicts_IsPointedOut) {
  v1::Run run = report::test::example_run(true);
  run.mutable_header()->mutable_order()->mutable_sample()->set_serial_number("96005118");
  BOOST_TEST(Document(report::html(run))
                 .says("The order states serial number 96005118, the device reads 96005117."));
}

BOOST_AUTO_TEST_CASE(IdentityThatChanged_IsMarked) {
  v1::Run run = report::test::example_run(true);
  BOOST_TEST(Document(report::html(run)).count("//span[text()='changed']") == 0U);
  run.mutable_snapshots(1)->mutable_identity(0)->set_value("0x0105");
  const Document page(report::html(run));
  const pugi::xml_node row =
      page.xml.select_node("//table[@class='identity']/tbody/tr[td='firmware']").node();
  BOOST_TEST(cell(row, ".").find("0x0104") != std::string::npos);
  BOOST_TEST(cell(row, ".").find("0x0105") != std::string::npos);
  BOOST_TEST(cell(row, "./td[5]") == "changed");
}

BOOST_AUTO_TEST_CASE(Curves_AreOneForEachLoadDirectionAndPhase) {
  const Document page(report::html(report::test::example_run(true)));
  BOOST_TEST(page.count("//figure") == 5U);
  BOOST_TEST(page.count("//figure/svg[@role='img']/title") == 5U);
  // 19 points in each balanced chart, 8 in each single-phase one, in two panels.
  BOOST_TEST(page.count("//figure/svg/g[title]") == static_cast<std::size_t>(2 * (2 * 19 + 3 * 8)));
}

// Two orders of the voltage by themselves, one of them in a mix as well, and a current that was not
// measured.
BOOST_AUTO_TEST_CASE(Harmonics_AreAChartForEachQuantityAndTest) {
  v1::Run run = report::test::example_run(true);
  BOOST_TEST(Document(report::html(run)).count("//section[@id='harmonics']") == 0U);
  const auto add = [&run](const std::string& quantity, const std::string& condition, int order,
                          std::optional<double> error) {
    v1::PlannedPoint& plan = *run.mutable_header()->add_plan();
    plan.set_id(quantity + "/" + condition + "/" + std::to_string(order));
    plan.set_suite(run.header().plan(0).suite());
    plan.set_test("sweep");
    plan.set_test_title("One by one");
    plan.set_procedure("quantity");
    plan.set_quantity(quantity);
    plan.set_harmonic_order(order);
    plan.set_limit_unit("%");
    plan.mutable_influence()->set_id(condition);
    plan.mutable_influence()->set_title(condition);
    plan.mutable_limit()->set_magnitude(5);
    v1::PointResult& result = *run.add_results();
    result.set_point(plan.id());
    *result.mutable_limit() = plan.limit();
    result.set_unit("%");
    result.set_outcome(error ? v1::OUTCOME_PASS : v1::OUTCOME_NOT_RUN);
    if (!error) return;
    result.set_value(*error);
    result.set_expanded_uncertainty(0.1);
  };
  add("voltage_harmonics", "h5", 5, 1.5);
  add("voltage_harmonics", "h7", 7, -2.5);
  add("voltage_harmonics", "six-pulse", 5, 0.5);
  add("current_harmonics", "h5", 5, 4.5);
  add("current_harmonics", "h7", 7, std::nullopt);
  const Document page(report::html(run));
  const std::string section = "//section[@id='harmonics']";
  BOOST_TEST(page.count(section + "/figure") == 2U);
  BOOST_TEST(page.count(section + "/figure[1]//g[title and rect]") == 2 * 3U);
  BOOST_TEST(page.count(section + "/figure[2]//g[title and rect]") == 2 * 1U);
  BOOST_TEST(page.at(section + "/figure[1]/figcaption") == "One by one: voltage");
  BOOST_TEST(page.at(section + "/figure[2]/figcaption") == "One by one: current");
  BOOST_TEST(page.at(section + "/figure[1]").find("each order alone") != std::string::npos);
  BOOST_TEST(page.at(section + "/figure[1]").find("six-pulse") != std::string::npos);
  BOOST_TEST(page.at(section + "/figure[2]/p") ==
             "Not drawn, without a value: Current_harmonics, order 7, h7 (not run).");
  BOOST_TEST(page.count("//nav/a[@href='#harmonics']") == 1U);
}

BOOST_AUTO_TEST_CASE(Conditions_OutsideTheirTolerance_AreMarked) {
  v1::Run run = report::test::example_run(true);
  BOOST_TEST(
      Document(report::html(run)).count("//table[@class='conditions']//span[text()='exceeded']") ==
      0U);
  run.mutable_results(7)->mutable_conditions()->mutable_measured()->set_frequency(50.2);
  const Document page(report::html(run));
  const pugi::xml_node row =
      page.xml.select_node("//table[@class='conditions']/tbody/tr[.//span[text()='exceeded']]")
          .node();
  BOOST_TEST(cell(row, ".").find("Frequency") != std::string::npos);
  BOOST_TEST(cell(row, ".").find("0.400 %") != std::string::npos);
  BOOST_TEST(cell(row, ".//a") == "8");
}

BOOST_AUTO_TEST_CASE(ConditionRanges_AreShownWithTheirPointAndAtTheirExtremes) {
  v1::Run run = report::test::example_run(true);
  const auto add = [&run](int point, double minimum, double maximum) {
    v1::ConditionRange& range = *run.mutable_results(point)->mutable_conditions()->add_ranges();
    range.set_quantity("voltage.L1");
    range.set_unit("V");
    range.set_minimum(minimum);
    range.set_mean((minimum + maximum) / 2);
    range.set_maximum(maximum);
    range.set_least(227.7);
    range.set_greatest(232.3);
    range.set_samples(2);
  };
  add(4, 229.5, 230.5);
  add(7, 228.25, 233.75);
  const Document page(report::html(run));
  BOOST_TEST(page.count("//table[contains(@class, 'ranges')]/tbody/tr") == 2U);
  BOOST_TEST(page.count("//table[contains(@class, 'ranges')]//span[text()='not held']") == 1U);
  const pugi::xml_node row =
      page.xml.select_node("//table[@class='extremes']/tbody/tr[td='voltage.L1']").node();
  BOOST_TEST(cell(row, "./td[3]") == "228.25");
  BOOST_TEST(cell(row, "./td[4]") == "8");
  BOOST_TEST(cell(row, "./td[5]") == "230.5");
  BOOST_TEST(cell(row, "./td[6]") == "233.75");
  BOOST_TEST(cell(row, "./td[8]") == "227.7 to 232.3");
  BOOST_TEST(cell(row, "./td[9]") == "4");
  BOOST_TEST(cell(row, "./td[10]") == "not held");
}

BOOST_AUTO_TEST_CASE(ErrorOverTime_IsDrawn) {
  v1::Run run = report::test::example_run(true);
  BOOST_TEST(Document(report::html(run)).count("//div[@class='pictures']/svg") == 0U);
  for (int i = 0; i < 30; ++i) {
    v1::TimedError& timed = *run.mutable_results(4)->add_errors_over_time();
    timed.set_time_s(10 + 20 * i);
    timed.set_error(0.01 * i);
  }
  const Document page(report::html(run));
  BOOST_TEST(page.count("//div[@class='pictures']/svg[contains(title, 'error over time')]") == 1U);
}

BOOST_AUTO_TEST_CASE(Step_IsDoneAndCountsForNothing) {
  v1::Run run = report::test::example_run(true);
  v1::PlannedPoint& plan = *run.mutable_header()->add_plan();
  plan.set_id("warm-up");
  plan.set_test("warm-up");
  plan.set_test_title("Warm-up");
  plan.set_procedure("warm_up");
  plan.set_step(true);
  v1::PointResult& result = *run.add_results();
  result.set_point("warm-up");
  result.set_outcome(v1::OUTCOME_DONE);
  const Document page(report::html(run));
  BOOST_TEST(page.count("//td/span[text()='done']") >= 1U);
  BOOST_TEST(page.says("Warm-up"));
  BOOST_TEST(page.count("//span[contains(@class, 'v-done')]") >= 1U);
}

BOOST_AUTO_TEST_CASE(LinkStatistics_AddUpOverTheProcessesOfARun) {
  v1::Run run = report::test::example_run(true);
  const auto count = [&run](const char* column) {
    const Document page(report::html(run));
    return cell(page.xml.select_node("//table[@class='links']/tbody/tr").node(), column);
  };
  BOOST_TEST(count("./td[2]") == "1036");
  BOOST_TEST(count("./td[5]") == "1");
  // A process that resumes the run counts from 0 again.
  v1::LinkCount& resumed = *run.add_circumstances()->add_links();
  resumed.set_position("1");
  resumed.set_requests(10);
  resumed.set_crc_errors(2);
  BOOST_TEST(count("./td[2]") == "1046");
  BOOST_TEST(count("./td[5]") == "3");
}

BOOST_AUTO_TEST_CASE(PointsNotAskedFor_AreCountedAndNotListedAsProblems) {
  v1::Run run = report::test::example_run(true);
  run.mutable_header()->set_only("22.B1");
  for (int i = 10; i < 20; ++i) {
    run.mutable_header()->mutable_plan(i)->set_not_run_reason("not asked for");
    const std::string point = run.results(i).point();
    *run.mutable_results(i) = {};
    run.mutable_results(i)->set_point(point);
    run.mutable_results(i)->set_outcome(v1::OUTCOME_NOT_RUN);
    run.mutable_results(i)->set_reason("not asked for");
  }
  const Document page(report::html(run));
  BOOST_TEST(page.says("22.B1. 10 planned points were left out."));
  BOOST_TEST(page.count("//table[@class='problems']/tbody/tr") == 7U);
  BOOST_TEST(page.count("//table[@class='results']/tbody/tr") == 70U);
}

BOOST_AUTO_TEST_CASE(Evidence_IsInTheRecordOfEachPoint) {
  const v1::Run run = report::test::example_run(true);
  const Document page(report::html(run));
  BOOST_TEST(page.count("//section[@id='records']/details") == 69U);  // all that were run
  BOOST_TEST(page.count("//details[@id='r1']//table[@class='budget']/tbody/tr") == 4U);
  BOOST_TEST(page.at("//details[@id='r1']").find("74.782608695") != std::string::npos);
  BOOST_TEST(page.count("//details[@id='r69']//table[@class='readings']/tbody/tr") == 2U);
  for (const v1::NamedHash& file : run.header().files()) BOOST_TEST(page.says(file.sha256()));
  BOOST_TEST(page.says(run.chain_sha256()));
  BOOST_TEST(page.says(run.evidence_sha256()));
  BOOST_TEST(page.says("no pulse within 30 s; cable reseated"));
}

BOOST_AUTO_TEST_CASE(HowAPointWasDecided_IsInItsRecord) {
  v1::Run run = report::test::example_run(true);
  run.mutable_header()->mutable_plan(0)->mutable_sequential()->set_last_look(25);
  run.mutable_header()->mutable_plan(0)->mutable_sequential()->set_risk(2.5);
  v1::PointResult& result = *run.mutable_results(0);
  v1::SequentialStop& stop = *result.mutable_sequential();
  stop.set_outcome("accept");
  stop.set_measurements(7);
  stop.set_factor(3.456);
  stop.set_standard_uncertainty(0.0123);
  v1::SimulatedUncertainty& simulated = *result.mutable_simulated_uncertainty();
  simulated.set_low(-0.0125);
  simulated.set_high(0.0375);
  simulated.set_standard_uncertainty(0.0131);
  simulated.set_trials(16000);
  simulated.set_tolerance(0.005);
  v1::CompositePart& part = *result.add_parts();
  part.set_name("voltage");
  part.set_point("shifts/V1");
  part.set_value(-0.125);
  part.set_expanded_uncertainty(0.0625);
  const Document page(report::html(run));
  BOOST_TEST(page.says("accept after 7 of at most 25 measurements"));
  BOOST_TEST(page.says("mean \u00B1 3.46 u against the limit, u = 0.0123 %, risk 2.5 %"));
  BOOST_TEST(page.says("By simulation of the budget, other than value \u00B1 U"));
  BOOST_TEST(page.says("95.45 %, u = 0.0131, 16000 trials, tolerance 0.005 (JCGM 101); U decides"));
  BOOST_TEST(page.says("Part of the voltage"));
  BOOST_TEST(page.says("0.125 %, U = 0.0625 %"));
  result.mutable_simulated_uncertainty()->set_agrees(true);
  BOOST_TEST(!Document(report::html(run)).says("other than value"));
}

BOOST_AUTO_TEST_CASE(Instruments_AreListedWithTheirCalibration) {
  v1::Run run = report::test::example_run(true);
  v1::InstrumentUsed& reference = *run.mutable_header()->add_instruments();
  reference.set_role("reference");
  reference.set_maker("M");
  reference.set_calibration("C-1, until 2027-01-10");
  reference.set_calibrated("2026-01-10");
  reference.set_due("2027-01-10");
  reference.set_drift(0.003);
  v1::InstrumentUsed& thermometer = *run.mutable_header()->add_instruments();
  thermometer.set_role("thermometer");
  thermometer.set_calibration("T-7");
  thermometer.set_calibrated("2025-06-01");
  thermometer.set_due("2026-06-01");
  const Document page(report::html(run));
  BOOST_TEST(
      page.says("M, calibration: C-1, until 2027-01-10, calibrated on 2026-01-10, drift at "
                "most 0.003 % in a year"));
  BOOST_TEST(
      page.says("Instrument: thermometer calibration: T-7, calibrated on 2025-06-01, due on "
                "2026-06-01"));
}

BOOST_AUTO_TEST_CASE(Page_NeedsNoNetworkAndNoScript) {
  const std::string page = report::html(report::test::example_run(true));
  const Document document(page);
  BOOST_TEST(document.count("//script") == 0U);
  BOOST_TEST(document.count("//link") == 0U);
  BOOST_TEST(document.count("//*[@src]") == 0U);
  BOOST_TEST(document.count("//meta[@http-equiv='Content-Security-Policy'][contains(@content, "
                            "\"default-src 'none'\")]") == 1U);
  for (const char* word : {"@import", "url(", "javascript:"})
    BOOST_TEST(page.find(word) == std::string::npos, word);
  BOOST_TEST(page.find("{{") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(HostileText_InEveryField_StaysText) {
  const std::string page = report::html(report::test::hostile_run());
  const Document document(page);
  BOOST_TEST(document.count("//script") == 0U);
  BOOST_TEST(document.count("//style") == 1U);
  BOOST_TEST(page.find("alert(1)</script>") == std::string::npos);
  for (const char c : page)
    BOOST_TEST_REQUIRE((static_cast<unsigned char>(c) >= 0x20 || c == '\n'));
  // Shown as it was written, the controls aside.
  BOOST_TEST(document.text.find("line gone<script>alert(1)</script>\"'&]]>--></style>") !=
             std::string::npos);
  std::set<std::string> names;
  for (const pugi::xpath_node node : document.xml.select_nodes("//*")) {
    names.insert(node.node().name());
    for (const pugi::xml_attribute attribute : node.node().attributes())
      BOOST_TEST_REQUIRE(!std::string(attribute.name()).starts_with("on"));
  }
  BOOST_TEST(!names.contains("alert"));
}

BOOST_AUTO_TEST_CASE(EmptyRun_IsAPageThatSaysSo) {
  const Document page(report::html({}));
  BOOST_TEST(page.at("//h1") == "Test record");
  BOOST_TEST(page.says("End of report"));
  BOOST_TEST(page.says("not run"));
}

BOOST_AUTO_TEST_CASE(UnknownNumbers_AreNeverPrintedAsNan) {
  v1::Run run = report::test::example_run(true);
  for (v1::PointResult& result : *run.mutable_results()) {
    result.clear_value();
    result.clear_expanded_uncertainty();
    result.clear_coverage_factor();
  }
  const std::string page = report::html(run);
  const Document document(page);
  for (const char* word : {"nan", "NaN", "inf "}) BOOST_TEST(!document.says(word), word);
}

BOOST_AUTO_TEST_SUITE_END()
