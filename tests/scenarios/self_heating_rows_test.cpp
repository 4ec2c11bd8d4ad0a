// SPDX-License-Identifier: GPL-3.0-or-later
// Self-heating rows: what belongs together in one, and the figures of each standard written a
// second time by hand; the letters are those of standards_test.cpp.
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <map>
#include <string>

#include "findings_of.h"
#include "meterrig/loader/load.h"
#include "meterrig/loader/together.h"
#include "row_text.h"

using namespace meterrig;
using namespace meterrig::loader;
using namespace meterrig::test;

namespace {

const std::filesystem::path project = METERRIG_PROJECT_SOURCE_DIR;

const std::string text = R"(standard:
  id: std
  designation: IEC 1
  edition: "2020"
  title: T
  self_heating_rows:
    - id: SH
      source: {clause: c, confidence: memory, provenance: p}
      current: Imax
      power_factor: "1"
      limits: [{accuracy_class: "1", limit: 0.7 %}]
      drifts: [{accuracy_class: "1", limit: 0.2 %}]
      drift_time: 20 min
      least_time: 1 h
      greatest_time: 4 h
      voltage_before: 2 h
)";

std::string found(const std::string& old_text, const std::string& new_text) {
  std::string changed = text;
  const std::size_t at = changed.find(old_text);
  BOOST_REQUIRE_MESSAGE(at != std::string::npos, old_text);
  return findings_of(parse_standard(changed.replace(at, old_text.size(), new_text), "f"));
}

std::string suite(const std::string& test, const std::string& accuracy_class = "1",
                  const std::string& standard = text) {
  const auto loaded = parse_suite(R"(suite:
  id: s
  title: T
  standard: std
  accuracy_class: ")" + accuracy_class +
                                      R"("
  decision_rule: {kind: simple_acceptance}
  methods: [pulses]
  settle: 1 s
  minimum_duration: 1 s
  maximum_duration: 1 h
  tests:
    - {id: t, title: T, self_heating: )" +
                                      test + "}\n",
                                  "s");
  if (!loaded) return findings_of(loaded);
  const auto rows = parse_standard(standard, "f");
  BOOST_REQUIRE(rows.has_value());
  return to_string(check_suite(*loaded, *rows));
}

// "1: limits / drifts in 20 min, 2 h before"
std::string text_of(const v1::SelfHeatingRow& row) {
  v1::SelfHeatingRow drifts = row;
  *drifts.mutable_limits() = row.drifts();
  return to_string(row.current()) + std::string(" at ") + to_string(row.power_factor()) +
         std::string(": ") + limits(row) + std::string(" / ") + limits(drifts) +
         std::string(" in ") + number(row.drift_time()) + std::string(" s, ") +
         number(row.least_time() / 3600) + std::string(" to ") +
         number(row.greatest_time() / 3600) + std::string(" h, after ") +
         number(row.voltage_before() / 3600) + std::string(" h");
}

void check(const std::string& id, const std::map<std::string, std::string>& expected) {
  const auto loaded = load_standard(project / "scenarios/standards" / (id + ".yaml"));
  BOOST_REQUIRE_MESSAGE(loaded.has_value(), findings_of(loaded));
  std::map<std::string, std::string> rows;
  for (const v1::SelfHeatingRow& row : loaded->message.standard().self_heating_rows())
    rows[row.id()] = text_of(row);
  BOOST_TEST(rows.size() == expected.size());
  for (const auto& [name, wanted] : expected)
    BOOST_TEST(rows[name] == wanted, id << " " << name << ": " << rows[name]);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(self_heating_rows)

BOOST_AUTO_TEST_CASE(the_times_of_a_row_are_in_their_order) {
  BOOST_TEST(found("IEC 1", "IEC 2") == "");
  BOOST_TEST(found("drift_time: 20 min", "drift_time: 2 h") ==
             "f:13:19: standard.self_heating_rows[0].drift_time: found 7200 s; expected at most "
             "least_time, 3600 s");
  BOOST_TEST(found("greatest_time: 4 h", "greatest_time: 30 min") ==
             "f:14:19: standard.self_heating_rows[0].least_time: found 3600 s; expected at most "
             "greatest_time, 1800 s");
}

BOOST_AUTO_TEST_CASE(each_class_has_a_limit_and_a_drift) {
  BOOST_TEST(found("drifts: [{accuracy_class: \"1\"", "drifts: [{accuracy_class: \"2\"") ==
             "f:12:15: standard.self_heating_rows[0].drifts: found not one drift for class 1; "
             "expected one for each class that has a limit\n"
             "f:12:33: standard.self_heating_rows[0].drifts[0].accuracy_class: found '2'; expected "
             "a class that has a limit");
  BOOST_TEST(found("limit: 0.2 %}", "limit: 0.2 %, least: -0.1 %}") ==
             "f:12:59: standard.self_heating_rows[0].drifts[0].least: found it; expected a drift, "
             "which has no direction");
}

BOOST_AUTO_TEST_CASE(a_test_names_rows_of_its_class_and_an_interval_within_the_drift_time) {
  BOOST_TEST(suite("{rows: [SH], direction: import, interval: 1 min}") == "");
  BOOST_TEST(suite("{rows: [X], direction: import, interval: 1 min}")
                 .find("found 'X'; expected a self-heating row of std: one of SH") !=
             std::string::npos);
  BOOST_TEST(suite("{rows: [SH], direction: import, interval: 1 min}", "2")
                 .find("found the row 'SH', which has no class 2") != std::string::npos);
  std::string quick = text;
  quick.replace(quick.find("20 min"), 6, "5 min");
  BOOST_TEST(suite("{rows: [SH], direction: import, interval: 6 min}", "1", quick)
                 .find("interval: found 360 s; expected at most the drift_time of row SH, 300 s") !=
             std::string::npos);
  BOOST_TEST(suite("{rows: [SH], direction: import}") != "");
}

BOOST_AUTO_TEST_CASE(the_shipped_rows_have_the_figures_of_their_standards) {
  const std::string times = " in 1200 s, 1 to 4 h, after 2 h";
  check("iec-62053-21-2020",
        {{"21.SH1", "Imax at 1: 0.5=0.2u 1=0.7m 2=1m / 0.5=0.2p 1=0.2p 2=0.2p" + times},
         {"21.SH2", "Imax at 0.5i: 0.5=0.2u 1=1m 2=1.5m / 0.5=0.2p 1=0.2p 2=0.2p" + times}});
  check("iec-62053-21-2003", {{"21.SH1", "Imax at 1: 1=0.7m 2=1m / 1=0.2p 2=0.2p" + times},
                              {"21.SH2", "Imax at 0.5i: 1=1m 2=1.5m / 1=0.2p 2=0.2p" + times}});
  check("iec-62053-22-2020",
        {{"22.SH1",
          "Imax at 1: 0.1S=0.05u 0.2S=0.1p 0.5S=0.2m / 0.1S=0.05p 0.2S=0.05p 0.5S=0.05p" + times},
         {"22.SH2",
          "Imax at 0.5i: 0.1S=0.05u 0.2S=0.1p 0.5S=0.2m / 0.1S=0.05p 0.2S=0.05p 0.5S=0.05p" +
              times}});
  check("iec-62053-22-2003",
        {{"22.SH1", "Imax at 1: 0.2S=0.1p 0.5S=0.2m / 0.2S=0.05p 0.5S=0.05p" + times},
         {"22.SH2", "Imax at 0.5i: 0.2S=0.1p 0.5S=0.2m / 0.2S=0.05p 0.5S=0.05p" + times}});
  const std::string one_hour = " in 1200 s, 1 to 4 h, after 1 h";
  for (const char* id : {"iec-62053-23-2003", "iec-62053-23-2020"})
    check(id, {{"23.SH1", "Imax at 1: 2=1m 3=1.5m / 2=0.2p 3=0.2p" + one_hour},
               {"23.SH2", "Imax at 0.5i: 2=1.5m 3=2m / 2=0.2p 3=0.2p" + one_hour}});
  check("iec-62053-24-2020", {{"24.SH1", "Imax at 1: 2=1m 3=1.5m / 2=0.2m 3=0.2m" + one_hour},
                              {"24.SH2", "Imax at 0.5i: 2=1.5m 3=2m / 2=0.2m 3=0.2m" + one_hour}});
  check("en-50470-3-2006",
        {{"50470.SH1", "Imax at 1: A=1m B=0.7m C=0.2m / A=0.2u B=0.2u C=0.05u" + times},
         {"50470.SH2", "Imax at 0.5i: A=1.5m B=1m C=0.2m / A=0.2u B=0.2u C=0.05u" + times}});
  check(
      "oiml-r46-2012",
      {{"R46.SH1", "Imax at 1: A=1m B=0.5m C=0.25m D=0.1m / A=0.2m B=0.1m C=0.05m D=0.02m" + times},
       {"R46.SH2",
        "Imax at 0.5i: A=1m B=0.5m C=0.25m D=0.1m / A=0.25m B=0.15m C=0.06m D=0.03m" + times}});
}

BOOST_AUTO_TEST_SUITE_END()
