// SPDX-License-Identifier: GPL-3.0-or-later
// The influence rows of each standard, written a second time by hand; the letters are those of
// standards_test.cpp. Those of IEC 62053-22:2020 are in influence_rows_test.cpp.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "findings_of.h"
#include "meterrig/loader/load.h"
#include "meterrig/loader/together.h"
#include "row_text.h"

using namespace meterrig;
using namespace meterrig::loader;
using namespace meterrig::test;
namespace fs = std::filesystem;

namespace {

const fs::path project = METERRIG_PROJECT_SOURCE_DIR;

v1::Standard standard(const std::string& id) {
  const auto loaded = load_standard(project / "scenarios/standards" / (id + ".yaml"));
  BOOST_TEST(findings_of(loaded) == "");
  BOOST_REQUIRE(loaded.has_value());
  return loaded->message.standard();
}

// "D" before what is for direct connection, "T" through transformers.
std::string letter(v1::Circuit connection) {
  return connection == v1::CIRCUIT_DIRECT        ? "D "
         : connection == v1::CIRCUIT_TRANSFORMER ? "T "
                                                 : "";
}

template <class Range>
std::string span(const Range& range) {
  return to_string(range.from()) + ".." + to_string(range.up_to());
}

std::string text_of(const v1::InfluenceRow& row) {
  std::string text = letter(row.connection());
  for (const v1::CurrentRange& range : row.ranges())
    text += letter(range.connection()) + span(range) + " ";
  if (row.has_current()) text += to_string(row.current()) + " ";
  if (row.has_from()) text += span(row) + " ";
  text += "at " + factors(row.power_factors());
  if (row.result() == v1::INFLUENCE_RESULT_ERROR) text += " error";
  if (row.result() == v1::INFLUENCE_RESULT_TEMPERATURE_COEFFICIENT) text += " /K";
  for (const v1::ClassLimit& limit : row.limits())
    BOOST_TEST(limit.has_least() == (row.result() == v1::INFLUENCE_RESULT_ERROR &&
                                     row.needs() == v1::INFLUENCE_MEANS_UNSPECIFIED),
               row.id());
  return text + ": " + limits(row);
}

using Expected = std::map<std::string, std::string>;

void check(const std::string& id, const Expected& expected) {
  const v1::Standard rows = standard(id);
  std::set<std::string> seen;
  for (const v1::InfluenceRow& row : rows.influence_rows()) {
    seen.insert(row.id());
    const auto found = expected.find(row.id());
    BOOST_REQUIRE_MESSAGE(found != expected.end(), row.id());
    BOOST_TEST(text_of(row) == found->second, row.id());
  }
  BOOST_TEST(seen.size() == expected.size());
}

template <class Classes>
bool has(const Classes& classes, const std::string& accuracy_class) {
  return std::find(classes.begin(), classes.end(), accuracy_class) != classes.end();
}

// Rows of either kind that are for the class.
std::set<std::string> rows_for(const v1::Standard& standard, const std::string& accuracy_class) {
  std::set<std::string> ids;
  for (const v1::InfluenceRow& row : standard.influence_rows()) {
    for (const v1::ClassLimit& limit : row.limits())
      if (limit.accuracy_class() == accuracy_class) ids.insert(row.id());
  }
  for (const v1::RequirementRow& row : standard.requirement_rows())
    if (has(row.accuracy_classes(), accuracy_class)) ids.insert(row.id());
  return ids;
}

void add_tested(const v1::Suite& suite, std::set<std::string>& ids) {
  for (const v1::Test& test : suite.tests()) {
    ids.insert(test.influence().rows().begin(), test.influence().rows().end());
    ids.insert(test.requirement().rows().begin(), test.requirement().rows().end());
  }
}

Loaded<v1::SuiteFile> suite(const std::string& id) {
  auto loaded = load_suite(project / "scenarios/suites" / (id + ".yaml"));
  BOOST_TEST(findings_of(loaded) == "");
  BOOST_REQUIRE_MESSAGE(loaded.has_value(), id);
  return std::move(*loaded);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(influence_limits)

BOOST_AUTO_TEST_CASE(iec_62053_21) {
  check("iec-62053-21-2020",
        {
            {"21.V1", "D 0.05 In..Imax T 0.02 In..Imax at 1: 0.5=0.2u 1=0.7p 2=1p"},
            {"21.V2", "D 0.1 In..Imax T 0.05 In..Imax at 0.5i: 0.5=0.4u 1=1p 2=1.5p"},
            {"21.V3", "In at 1: 0.5=0.6u 1=2.1m 2=3m"},
            {"21.V3-0.5i", "In at 0.5i: 0.5=1.2u 1=3m 2=4.5m"},
            {"21.V4", "In at 1 error: 0.5=10m 1=10m 2=10m"},
            {"21.F1", "D 0.05 In..Imax T 0.02 In..Imax at 1: 0.5=0.2u 1=0.5p 2=0.8p"},
            {"21.F2", "D 0.1 In..Imax T 0.05 In..Imax at 0.5i: 0.5=0.2u 1=0.7p 2=1p"},
            {"21.RPS", "0.1 In at 1: 0.5=0.1u 1=1.5p 2=1.5p"},
            {"21.UNB", "In at 1: 0.5=1u 1=2p 2=4p"},
            {"21.H5", "0.5 Imax at 1: 0.5=0.5u 1=0.8p 2=1p"},
            {"21.DC", "D 0.7071 Imax at 1: 0.5=1.5u 1=3p 2=6p"},
            {"21.ODD", "0.5 In at 1: 0.5=1.5u 1=3m 2=6m"},
            {"21.SUB", "0.5 In at 1: 0.5=1.5u 1=3m 2=6m"},
            {"21.TC1", "D 0.1 In..Imax T 0.05 In..Imax at 1 /K: 0.5=0.03u 1=0.05p 2=0.1p"},
            {"21.TC2", "D 0.2 In..Imax T 0.1 In..Imax at 0.5i /K: 0.5=0.05u 1=0.07p 2=0.15p"},
            {"21.MDC", "In at 1: 0.5=2u 1=2m 2=3m"},
            {"21.MAC", "In at 1: 0.5=1u 1=2m 2=3m"},
            {"21.RF", "In at 1: 0.5=2u 1=2m 2=3m"},
            {"21.CRF", "In at 1: 0.5=2u 1=2m 2=3m"},
            {"21.EFT", "In at 1: 0.5=2u 1=4m 2=6m"},
            {"21.DOW", "T In at 1: 0.5=2u 1=2m 2=3m"},
            {"21.AUX", "0.05 In at 1: 0.5=0.1u 1=0.5m 2=1m"},
            {"21.OC-D", "D In at 1: 1=1.5m 2=1.5m"},
            {"21.OC-T", "T In at 1: 0.5=0.05u 1=0.5m 2=1m"},
            {"21.FLV", "In at 1 error: 1=2u 2=3u"},
            {"21.LF", "In at 1: 1=2u 2=3u"},
        });
}

BOOST_AUTO_TEST_CASE(iec_62053_23) {
  check("iec-62053-23-2020",
        {
            {"23.V1", "D 0.05 In..Imax T 0.02 In..Imax at 1: 2=1m 3=2m"},
            {"23.V2", "D 0.1 In..Imax T 0.05 In..Imax at 0.5i: 2=1.5m 3=3m"},
            {"23.V3", "In at 1: 2=3m 3=6m"},
            {"23.V3-0.5i", "In at 0.5i: 2=4.5m 3=9m"},
            {"23.F1", "D 0.05 In..Imax T 0.02 In..Imax at 1: 2=2.5m 3=2.5m"},
            {"23.F2", "D 0.1 In..Imax T 0.05 In..Imax at 0.5i: 2=2.5m 3=2.5m"},
            {"23.DC", "D 0.7071 Imax at 1: 2=6m 3=6m"},
            {"23.TC1", "D 0.1 In..Imax T 0.05 In..Imax at 1 /K: 2=0.1m 3=0.15m"},
            {"23.TC2", "D 0.2 In..Imax T 0.1 In..Imax at 0.5i /K: 2=0.15m 3=0.25m"},
            {"23.MDC", "In at 1: 2=3m 3=3m"},
            {"23.MAC", "In at 1: 2=3m 3=3m"},
            {"23.RF", "In at 1: 2=3m 3=3m"},
            {"23.CRF", "In at 1: 2=3m 3=3m"},
            {"23.EFT", "In at 1: 2=4m 3=4m"},
            {"23.AUX", "0.05 In at 1: 2=1m 3=1m"},
        });
}

BOOST_AUTO_TEST_CASE(iec_62053_24) {
  check("iec-62053-24-2020",
        {
            {"24.V1", "D 0.05 In..Imax T 0.02 In..Imax at 1: 0.5S=0.25u 1S=0.5u 1=0.5u 2=1m 3=2m"},
            {"24.V2", "D 0.1 In..Imax T 0.05 In..Imax at 0.5i: 0.5S=0.5u 1S=1u 1=1u 2=1.5m 3=3m"},
            {"24.V3", "In at 1: 0.5S=0.75u 1S=1.5u 1=1.5u 2=3m 3=6m"},
            {"24.V3-0.5i", "In at 0.5i: 0.5S=1.5u 1S=3u 1=3u 2=4.5m 3=9m"},
            {"24.V4", "In at 1 error: 0.5S=10p 1S=10p 1=10p 2=10m 3=10m"},
            {"24.F1", "D 0.05 In..Imax T 0.02 In..Imax at 1: 0.5S=0.5u 1S=1u 1=1u 2=2.5m 3=2.5m"},
            {"24.F2", "D 0.1 In..Imax T 0.05 In..Imax at 0.5i: 0.5S=0.5u 1S=1u 1=1u 2=2.5m 3=2.5m"},
            {"24.H5", "0.5 Imax at 1: 0.5S=1u"},
            {"24.DC", "D 0.7071 Imax at 1: 1=3u 2=6m 3=6m"},
            {"24.TC1",
             "D 0.1 In..Imax T 0.05 In..Imax at 1 /K: 0.5S=0.03u 1S=0.05u 1=0.05u 2=0.1m 3=0.15m"},
            {"24.TC2",
             "D 0.2 In..Imax T 0.1 In..Imax at 0.5i /K: 0.5S=0.05u 1S=0.1u 1=0.1u 2=0.15m "
             "3=0.25m"},
            {"24.MDC", "In at 1: 2=3m 3=3m"},
            {"24.MAC", "In at 1: 2=3m 3=3m"},
            {"24.RF", "In at 1: 2=3m 3=3m"},
            {"24.CRF", "In at 1: 2=3m 3=3m"},
            {"24.EFT", "In at 1: 2=4m 3=4m"},
            {"24.AUX", "0.05 In at 1: 2=1m 3=1m"},
        });
}

BOOST_AUTO_TEST_CASE(en_50470_3) {
  check("en-50470-3-2006", {
                               {"50470.V1", "Itr..Imax at 1: A=1m B=0.7m C=0.2m"},
                               {"50470.V2", "Itr..Imax at 0.5i: A=1.5m B=1m C=0.4m"},
                               {"50470.V3", "In at 1: A=3m B=2.1m C=0.6m"},
                               {"50470.V3-0.5i", "In at 0.5i: A=4.5m B=3m C=1.2m"},
                               {"50470.V4", "In at 1 error: A=10m B=10m C=10m"},
                               {"50470.F1", "Itr..Imax at 1: A=0.8m B=0.5m C=0.2m"},
                               {"50470.F2", "Itr..Imax at 0.5i: A=1m B=0.7m C=0.2m"},
                               {"50470.RPS", "Itr at 1: A=1.5p B=1.5p C=0.3p"},
                               {"50470.UNB", "In at 1: A=4p B=2p C=1p"},
                               {"50470.H5", "0.5 Imax at 1: A=1p B=0.8p C=0.5p"},
                               {"50470.DC", "D 0.7071 Imax at 1: A=6p B=3p C=1.5p"},
                               {"50470.ODD", "0.5 In at 1: A=6m B=3m C=1.5m"},
                               {"50470.SUB", "0.5 In at 1: A=6m B=3m C=1.5m"},
                               {"50470.TC1", "Itr..Imax at 1 /K: A=0.1m B=0.05m C=0.03m"},
                               {"50470.TC2", "Itr..Imax at 0.5i /K: A=0.15m B=0.07m C=0.05m"},
                               {"50470.EFT", "In at 1: A=6p B=4p C=2p"},
                               {"50470.MAG", "In at 1: A=3p B=2p C=1p"},
                               {"50470.RF", "In at 1: A=3p B=2p C=1p"},
                               {"50470.CRF", "In at 1: A=3p B=2p C=1p"},
                               {"50470.DOW", "T In at 1: A=3p B=2p C=1p"},
                               {"50470.AUX", "Itr at 1: A=1m B=0.5m C=0.1u"},
                               {"50470.OC-D", "D In at 1: A=1.5p B=1.5p C=1.5p"},
                               {"50470.OC-T", "T In at 1: A=1.5p B=1.5p C=0.05u"},
                           });
}

BOOST_AUTO_TEST_CASE(oiml_r46) {
  check("oiml-r46-2012", {
                             {"R46.V1", "Itr..Imax at 1: A=1m B=0.7m C=0.2m D=0.1m"},
                             {"R46.V2", "Itr..Imax at 0.5i: A=1.5m B=1m C=0.4m D=0.2m"},
                             {"R46.SV1", "10 Itr at 1: A=1.5m B=1m C=0.6m D=0.3m"},
                             {"R46.SV2", "10 Itr at 1 error: A=10m B=10m C=10m D=10m"},
                             {"R46.F1", "Itr..Imax at 1: A=0.8m B=0.5m C=0.2m D=0.1m"},
                             {"R46.F2", "Itr..Imax at 0.5i: A=1m B=0.7m C=0.2m D=0.1m"},
                             {"R46.RPS", "10 Itr at 1: A=1.5m B=1.5m C=0.1u D=0.05m"},
                             {"R46.PH", "10 Itr at 1: A=4m B=2m C=1m D=0.5m"},
                             {"R46.H", "10 Itr at 1: A=1u B=0.6u C=0.3u D=0.2u"},
                             {"R46.DC", "D 0.7071 Imax at 1: A=6m B=3m C=1.5m D=1m"},
                             {"R46.ODD", "10 Itr at 1: A=1m B=0.8m C=0.5m D=0.4m"},
                             {"R46.SUB", "10 Itr at 1: A=3m B=1.5m C=0.75m D=0.5m"},
                             {"R46.HOH", "Itr at 1: A=1m B=1m C=0.5m D=0.5m"},
                             {"R46.TC1", "Itr..Imax at 1 /K: A=0.1m B=0.05m C=0.03m D=0.01m"},
                             {"R46.TC2", "Itr..Imax at 0.5i /K: A=0.15m B=0.07m C=0.05m D=0.02m"},
                             {"R46.MDC", "10 Itr at 1: A=3m B=1.5m C=0.75m D=0.5m"},
                             {"R46.MAC", "10 Itr at 1: A=2.5m B=1.3m C=0.5m D=0.25m"},
                             {"R46.RF", "10 Itr at 1: A=3m B=2m C=1m D=1m"},
                             {"R46.CRF", "10 Itr at 1: A=3m B=2m C=1m D=1m"},
                             {"R46.EFT", "10 Itr at 1: A=6m B=4m C=2m D=2m"},
                             {"R46.DOW", "T 20 Itr at 1: A=3m B=2m C=1u D=1u"},
                             {"R46.OC-D", "D 10 Itr at 1: A=1.5m B=1.5m"},
                             {"R46.OC-T", "T 10 Itr at 1: A=1m B=0.5m C=0.05u D=0.05u"},
                             {"R46.EF", "T 10 Itr at 1: A=1m B=0.7m C=0.3m D=0.1m"},
                             {"R46.ANC", "Itr..Imax at 1: A=0.6667m B=0.3333m C=0.1667m D=0.0667m"},
                         });
}

BOOST_AUTO_TEST_CASE(ansi_c12_20) {
  check("ansi-c12.20-2015",
        {
            {"C12.V", "0.1 In..In at 1: 0.1=0.05u 0.2=0.1u 0.5=0.2u"},
            {"C12.F", "0.1 In..In at 1: 0.1=0.05u 0.2=0.1u 0.5=0.2u"},
            {"C12.TC1", "0.1 In..Imax at 1 /K: 0.1=0.005u 0.2=0.01u 0.5=0.03u"},
            {"C12.TC2", "0.1 In..Imax at 0.5i /K: 0.1=0.01u 0.2=0.02u 0.5=0.05u"},
            {"C12.SH", "Imax at 1: 0.1=0.05u 0.2=0.1u 0.5=0.2u"},
            {"C12.MAG", "In at 1: 0.2=0.2u 0.5=0.3u"},
            {"C12.DIS", "In at 1: 0.2=0.1u 0.5=0.3u"},
        });
}

BOOST_AUTO_TEST_CASE(iec_61557_12) {
  check("iec-61557-12-2018",
        {
            {"61557.V1", "D 0.1 In..Imax T 0.05 In..Imax at 1: 0.2=0.1u 0.5=0.2u 1=0.7m 2=1m"},
            {"61557.V2", "D 0.2 In..Imax T 0.1 In..Imax at 0.5i: 0.2=0.2u 0.5=0.4u 1=1m 2=1.5m"},
            {"61557.F1", "D 0.1 In..Imax T 0.05 In..Imax at 1: 0.2=0.1u 0.5=0.2u 1=0.5u 2=0.8u"},
            {"61557.F2", "D 0.2 In..Imax T 0.1 In..Imax at 0.5i: 0.2=0.1u 0.5=0.2u 1=0.7u 2=1u"},
            {"61557.RPS", "0.1 In at 1: 0.2=0.05u 0.5=0.1u 1=1.5u 2=1.5u"},
            {"61557.UNB", "In at 1: 0.2=0.5u 0.5=1u 1=2u 2=4u"},
            {"61557.H5", "0.5 Imax at 1: 0.2=0.4u 0.5=0.5u 1=0.8u 2=1u"},
            {"61557.ODD", "0.5 In at 1: 0.2=0.4u 0.5=0.5u 1=3u 2=6u"},
            {"61557.SUB", "0.5 In at 1: 0.2=0.6u 0.5=1.5u 1=3u 2=6u"},
            {"61557.TC1",
             "D 0.1 In..Imax T 0.05 In..Imax at 1 /K: 0.2=0.01m 0.5=0.03m 1=0.05m 2=0.1m"},
            {"61557.TC2",
             "D 0.2 In..Imax T 0.1 In..Imax at 0.5i /K: 0.2=0.02m 0.5=0.05m 1=0.07m 2=0.15m"},
            {"61557.MAG", "In at 1: 0.2=0.5u 0.5=1u 1=2u 2=3u"},
        });
}

// None is left out in silence: a suite of its class names it.
BOOST_AUTO_TEST_CASE(every_row_is_in_the_influence_suite_of_each_of_its_classes) {
  const std::vector<std::pair<std::string, std::vector<std::string>>> standards{
      {"iec-62053-21-2020", {"0.5", "1", "2"}},
      {"iec-62053-23-2020", {"2", "3"}},
      {"iec-62053-24-2020", {"0.5S", "1S", "1", "2", "3"}},
      {"en-50470-3-2006", {"A", "B", "C"}},
      {"oiml-r46-2012", {"A", "B", "C", "D"}},
      {"ansi-c12.20-2015", {"0.1", "0.2", "0.5"}},
      {"iec-61557-12-2018", {"0.2", "0.5", "1", "2"}}};
  for (const auto& [id, classes] : standards) {
    for (const std::string& accuracy_class : classes) {
      std::string name = id.substr(0, id.rfind('-')) + "-" + accuracy_class + "-influence";
      for (char& c : name)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
      const auto loaded = suite(name);
      BOOST_TEST(loaded.message.suite().accuracy_class() == accuracy_class, name);
      std::set<std::string> tested;
      add_tested(loaded.message.suite(), tested);
      BOOST_TEST(tested == rows_for(standard(id), accuracy_class),
                 boost::test_tools::per_element());
    }
  }
}

BOOST_AUTO_TEST_CASE(the_type_test_has_every_row_of_its_class) {
  const auto whole = suite("iec-62053-22-0.5s-type-test");
  const v1::Standard rows = standard("iec-62053-22-2020");
  std::set<std::string> tested;
  std::vector<v1::Suite> parts{whole.message.suite()};
  for (const std::string& included : whole.message.suite().includes()) {
    const auto part = suite(included);
    BOOST_TEST(to_string(check_included(whole, part)) == "");
    parts.push_back(part.message.suite());
  }
  BOOST_TEST(parts.size() == 3U);
  for (const v1::Suite& part : parts) {
    add_tested(part, tested);
    for (const v1::Test& test : part.tests()) {
      tested.insert(test.intrinsic_error().rows().begin(), test.intrinsic_error().rows().end());
      for (const std::string& row :
           {test.load_difference().row(), test.starting().row(), test.no_load().row(),
            test.meter_constant().row(), test.tariff().row()})
        if (!row.empty()) tested.insert(row);
    }
  }
  std::set<std::string> all = rows_for(rows, "0.5S");
  for (const v1::ErrorRow& row : rows.error_rows()) all.insert(row.id());
  all.insert({"22.S3", "22.ST", "22.NL", "22.MC"});
  BOOST_TEST(tested == all, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_suite_includes_those_of_its_standard_and_class) {
  const auto whole = suite("iec-62053-22-0.5s-type-test");
  auto other = suite("iec-62053-22-0.5s");
  other.message.mutable_suite()->set_accuracy_class("0.2S");
  const auto findings = check_included(whole, other);
  BOOST_REQUIRE(findings.size() == 1U);
  BOOST_TEST(findings.front().where == "suite.includes[0]");
  BOOST_TEST(findings.front().found == "'iec-62053-22-0.5s', class 0.2S of iec-62053-22-2020");
  BOOST_TEST(findings.front().expected == "a suite of class 0.5S of iec-62053-22-2020");
}

BOOST_AUTO_TEST_SUITE_END()
