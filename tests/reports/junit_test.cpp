// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/report/junit.h"

#include <boost/test/unit_test.hpp>
#include <pugixml.hpp>
#include <set>
#include <string>

#include "example_run.h"
#include "hostile_run.h"

using namespace meterrig;

namespace {

pugi::xml_document parsed(const std::string& xml) {
  pugi::xml_document document;
  const pugi::xml_parse_result result = document.load_buffer(xml.data(), xml.size());
  BOOST_TEST_REQUIRE(static_cast<bool>(result), result.description());
  return document;
}

std::size_t count(const pugi::xml_document& document, const char* path) {
  return document.select_nodes(path).size();
}

pugi::xml_node test_case(const pugi::xml_document& document, const std::string& name) {
  return document.select_node(("//testcase[@name='" + name + "']").c_str()).node();
}

/// The attributes of testsuites and of each testsuite are what stands in them.
void check_counts(const pugi::xml_document& document) {
  for (const pugi::xpath_node node : document.select_nodes("//testsuites | //testsuite")) {
    const auto number = [&](const char* path) { return node.node().select_nodes(path).size(); };
    BOOST_TEST(node.node().attribute("tests").as_uint() == number(".//testcase"));
    BOOST_TEST(node.node().attribute("failures").as_uint() == number(".//testcase/failure"));
    BOOST_TEST(node.node().attribute("errors").as_uint() == number(".//testcase/error"));
    BOOST_TEST(node.node().attribute("skipped").as_uint() == number(".//testcase/skipped"));
    double time = 0;
    for (const pugi::xpath_node test : node.node().select_nodes(".//testcase"))
      time += test.node().attribute("time").as_double();
    BOOST_TEST(node.node().attribute("time").as_double() == time,
               boost::test_tools::tolerance(1e-9));
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(junit)

BOOST_AUTO_TEST_CASE(AVoidRun_IsAnErrorOfItsOwnBesideItsPoints) {
  v1::Run run = report::test::example_run(true);
  const auto before = parsed(report::junit(run));
  run.set_void_reason("position 1: firmware was 1.02 before and is 1.03 after");
  const auto document = parsed(report::junit(run));
  check_counts(document);
  BOOST_TEST(count(document, "//testcase") == count(before, "//testcase") + 1);
  BOOST_TEST(count(document, "//error") == count(before, "//error") + 1);
  const pugi::xml_node error = test_case(document, "the device stays what it was").child("error");
  BOOST_TEST(std::string(error.attribute("type").value()) == "void");
  BOOST_TEST(std::string(error.attribute("message").value()) ==
             "void, no result counts: position 1: firmware was 1.02 before and is 1.03 after");
}

BOOST_AUTO_TEST_CASE(EveryPlannedPoint_IsATestcaseWithAUniqueStableName) {
  const v1::Run run = report::test::example_run(true);
  const auto document = parsed(report::junit(run));
  std::set<std::string> names;
  for (const pugi::xpath_node node : document.select_nodes("//testcase")) {
    names.insert(std::string(node.node().attribute("classname").value()) + " " +
                 node.node().attribute("name").value());
  }
  BOOST_TEST(names.size() == static_cast<std::size_t>(run.header().plan_size()));
  for (const v1::PlannedPoint& plan : run.header().plan())
    BOOST_TEST(names.contains("IEC62053-22." + plan.test() + " " + plan.id()), plan.id());
}

BOOST_AUTO_TEST_CASE(Counts_AreWhatStandsInTheFile) {
  const auto document = parsed(report::junit(report::test::example_run(true)));
  check_counts(document);
  BOOST_TEST(count(document, "//failure[@type='limit']") ==
             static_cast<std::size_t>(report::test::example_fails));
  BOOST_TEST(count(document, "//error") ==
             static_cast<std::size_t>(report::test::example_not_valid));
  BOOST_TEST(count(document, "//skipped") ==
             static_cast<std::size_t>(report::test::example_not_run));
}

BOOST_AUTO_TEST_CASE(Failure_SaysValueUncertaintyAndLimit) {
  const auto document = parsed(report::junit(report::test::example_run(true)));
  const std::string message =
      test_case(document, "balanced/export/1In/0.5i").child("failure").attribute("message").value();
  BOOST_TEST(message ==
             "fail: error 0.830 %, U 0.010 %, limit \u00B10.6 %: the error is above the limit by "
             "0.230 %, more than U");
}

BOOST_AUTO_TEST_CASE(ConditionalPass_PassesWithAProperty) {
  const auto document = parsed(report::junit(report::test::example_run(true)));
  const pugi::xml_node test = test_case(document, "balanced/import/0.05In/1");
  BOOST_TEST(test.child("failure").empty());
  BOOST_TEST(test.select_node("properties/property[@name='verdict']/@value").attribute().value() ==
             "conditionalPass");
}

BOOST_AUTO_TEST_CASE(EveryOutcome_HasItsElement) {
  const std::pair<v1::Outcome, const char*> expected[] = {{v1::OUTCOME_PASS, ""},
                                                          {v1::OUTCOME_CONDITIONAL_PASS, ""},
                                                          {v1::OUTCOME_CONDITIONAL_FAIL, "failure"},
                                                          {v1::OUTCOME_FAIL, "failure"},
                                                          {v1::OUTCOME_NOT_VALID, "error"},
                                                          {v1::OUTCOME_NOT_RUN, "skipped"},
                                                          {v1::OUTCOME_MANUAL, "skipped"},
                                                          {v1::OUTCOME_UNSPECIFIED, "skipped"}};
  for (const auto& [outcome, element] : expected) {
    v1::Run run;
    run.mutable_header()->add_plan()->set_id("p");
    run.add_results()->set_point("p");
    run.mutable_results(0)->set_outcome(outcome);
    const auto document = parsed(report::junit(run));
    std::string found;
    for (const pugi::xml_node child : test_case(document, "p")) {
      if (std::string(child.name()) != "properties") found += child.name();
    }
    BOOST_TEST(found == element);
    check_counts(document);
  }
}

BOOST_AUTO_TEST_CASE(Time_IsThatOfTheBench) {
  v1::Run run = report::test::example_run(false);
  run.mutable_results(0)->set_begin_ns(1'000'000'000);
  run.mutable_results(0)->set_end_ns(3'250'000'000);
  const auto document = parsed(report::junit(run));
  BOOST_TEST(test_case(document, run.results(0).point()).attribute("time").value() == "2.250");
}

BOOST_AUTO_TEST_CASE(PointsWithTheSameName_BothStay) {
  v1::Run run;
  run.mutable_header()->add_plan()->set_id("p");
  run.mutable_header()->add_plan()->set_id("p");
  const auto document = parsed(report::junit(run));
  BOOST_TEST(count(document, "//testcase") == 2U);
  BOOST_TEST(count(document, "//testcase[@name='p #2']") == 1U);
}

BOOST_AUTO_TEST_CASE(HostileText_InEveryField_StaysText) {
  const std::string xml = report::junit(report::test::hostile_run());
  const auto document = parsed(xml);
  check_counts(document);
  BOOST_TEST(count(document, "//script") == 0U);
  BOOST_TEST(count(document, "//testcase") == 70U);
  // pugixml reads references to control characters back, other readers refuse the file.
  for (const char* word : {"&#01;", "&#1;", "&#x1", "&#27;", "&#x1b"})
    BOOST_TEST(xml.find(word) == std::string::npos, word);
  for (const char c : xml) BOOST_TEST_REQUIRE((static_cast<unsigned char>(c) >= 0x20 || c == '\n'));
}

BOOST_AUTO_TEST_CASE(TwoRenders_OfEqualRuns_AreTheSameBytes) {
  BOOST_TEST(report::junit(report::test::example_run(true)) ==
             report::junit(report::test::example_run(true)));
}

BOOST_AUTO_TEST_CASE(EmptyRun_IsAFileWithoutTests) {
  BOOST_TEST(parsed(report::junit({})).child("testsuites").attribute("tests").as_int(-1) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
