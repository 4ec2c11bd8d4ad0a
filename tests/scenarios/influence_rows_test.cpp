// SPDX-License-Identifier: GPL-3.0-or-later
// What the loader says of influence rows and of tests of them, in right files with one piece of
// text replaced.
#include <array>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <filesystem>
#include <limits>
#include <map>
#include <string>

#include "findings_of.h"
#include "meterrig/loader/load.h"
#include "meterrig/loader/together.h"

using namespace meterrig;
using namespace meterrig::loader;

namespace {

const std::string standard_text = R"(standard:
  id: std
  designation: IEC 1
  edition: "2020"
  title: T
  influence_rows:
    - id: V
      title: Voltage
      source: {clause: c, confidence: memory, provenance: p}
      result: shift
      from: 0.05 In
      up_to: Imax
      power_factors: ["1", 0.5i]
      levels:
        - {id: low, title: 0.9 Un, voltage_factor: 0.9}
        - {id: off, title: off, interrupted_phases: [L1, L2]}
      limits: [{accuracy_class: 0.5S, limit: 0.2 %}]
    - id: W
      title: Waveform
      source: {clause: c, confidence: memory, provenance: p}
      result: error
      current: 0.5 In
      power_factors: ["1"]
      levels:
        - id: burst
          title: burst
          signal: {switched_current: {kind: burst_fired, on_cycles: 2, off_cycles: 2, level: rms}}
        - id: harmonics
          title: harmonics
          signal: {voltage_harmonics: [{order: 5, share: 10 %}, {order: 7, share: 5 %}], current_interharmonics: [{frequency_factor: 2.5, share: 10 %}]}
      limits: [{accuracy_class: 0.5S, limit: 10 %, least: -100 %}]
    - id: T
      title: Temperature
      source: {clause: c, confidence: memory, provenance: p}
      result: temperature_coefficient
      from: 0.05 In
      up_to: Imax
      power_factors: ["1"]
      needs: chamber
      instruction: warm it
      limits: [{accuracy_class: 0.5S, limit: 0.03 %}]
)";

const std::string suite_text = R"(suite:
  id: s
  title: A suite
  standard: std
  accuracy_class: 0.5S
  decision_rule: {kind: simple_acceptance}
  methods: [pulses]
  settle: 2 s
  minimum_duration: 10 s
  maximum_duration: 30 min
  tests:
    - id: i
      title: Influence
      influence: {rows: [V, W, T], directions: [import], currents: [1 In], power_factors: ["1"], duration: 20 s}
)";

std::string with(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  BOOST_REQUIRE_MESSAGE(at != std::string::npos, from);
  return text.replace(at, from.size(), to);
}

std::string standard(const std::string& a, const std::string& b) {
  return findings_of(parse_standard(with(standard_text, a, b), "f"));
}
std::string suite(const std::string& a, const std::string& b) {
  const auto changed = parse_suite(with(suite_text, a, b), "f");
  if (!changed) return findings_of(changed);
  return to_string(check_suite(*changed, parse_standard(standard_text, "std").value()));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(influence_rows)

BOOST_AUTO_TEST_CASE(the_files_that_the_other_tests_change_are_right) {
  BOOST_TEST(standard("id: V", "id: V") == "");
  BOOST_TEST(suite("id: i", "id: i") == "");
}

BOOST_AUTO_TEST_CASE(a_row_has_one_current_or_a_range) {
  BOOST_TEST(
      standard("      up_to: Imax\n", "") ==
      "f:7:7: standard.influence_rows[0]: found from without up_to; expected either current, "
      "or from and up_to, or ranges");
  BOOST_TEST(standard("      current: 0.5 In\n", "") ==
             "f:18:7: standard.influence_rows[1]: found no current; expected either current, or "
             "from and up_to, or ranges");
  BOOST_TEST(standard("current: 0.5 In", "{current: 0.5 In, from: 1 In}") != "");
  BOOST_TEST(standard("up_to: Imax", "up_to: 0.01 In") ==
             "f:12:14: standard.influence_rows[0].up_to: found '0.01 In'; expected a current above "
             "the row's least, 0.05 In");
}

BOOST_AUTO_TEST_CASE(a_row_may_have_a_range_for_each_connection) {
  const std::string whole =
      "      from: 0.05 In\n      up_to: Imax\n      power_factors: [\"1\", 0.5i]";
  const auto ranges = [](const std::string& list) {
    return "      ranges: [" + list + "]\n      power_factors: [\"1\", 0.5i]";
  };
  const std::string direct = "{connection: direct, from: 0.1 In, up_to: Imax}";
  BOOST_TEST(standard(whole, ranges(direct + ", {connection: transformer, from: 0.05 In, up_to: "
                                             "Imax}")) == "");
  BOOST_TEST(standard(whole, ranges(direct + ", " + direct)) ==
             "f:11:78: standard.influence_rows[0].ranges[1].connection: found a connection again; "
             "expected each connection once");
  BOOST_TEST(standard(whole, ranges("{connection: direct, from: 0.1 In, up_to: 0.05 In}"))
                 .find("expected a current above the row's least, 0.1 In") != std::string::npos);
  BOOST_TEST(standard(whole, "      from: 0.05 In\n      up_to: Imax\n" + ranges(direct)) ==
             "f:7:7: standard.influence_rows[0]: found more than one of current, from and ranges; "
             "expected either current, or from and up_to, or ranges");
}

BOOST_AUTO_TEST_CASE(a_requirement_is_left_to_a_person_or_says_why_it_is_not_run) {
  const std::string rows =
      "id: std\n  requirement_rows:\n    - {id: R, title: R, source: {clause: c, confidence: "
      "memory, "
      "provenance: p}, accuracy_classes: [0.5S], ";
  BOOST_TEST(standard("id: std", rows + "needs: operator, instruction: look}") == "");
  BOOST_TEST(standard("id: std", rows + "not_run: no figure}") == "");
  BOOST_TEST(standard("id: std", rows + "needs: operator}")
                 .find("found no instruction; expected an "
                       "instruction with needs") != std::string::npos);
  BOOST_TEST(standard("id: std", rows + "needs: operator, not_run: x}") != "");
}

BOOST_AUTO_TEST_CASE(a_row_is_tested_at_levels_or_left_to_a_person_who_is_told_what_to_do) {
  BOOST_TEST(standard("      needs: chamber\n      instruction: warm it\n", "") ==
             "f:32:7: standard.influence_rows[2]: found neither levels nor needs; expected exactly "
             "one of levels and needs");
  BOOST_TEST(standard("      instruction: warm it\n", "") ==
             "f:32:7: standard.influence_rows[2]: found no instruction; expected an instruction "
             "with needs, and only then");
  BOOST_TEST(standard("      needs: chamber\n      instruction: warm it\n",
                      "      levels: [{id: a, title: a, voltage_factor: 0.9}]\n") ==
             "f:35:15: standard.influence_rows[2].result: found 'temperature_coefficient' with "
             "levels; expected shift or error; a temperature needs a chamber");
}

// What a bench with a chamber measures is left to a person elsewhere.
BOOST_AUTO_TEST_CASE(a_coefficient_may_have_temperatures_besides) {
  const std::string told = "      needs: chamber\n      instruction: warm it\n";
  const auto with = [&told](const std::string& level) {
    return standard(told, told + "      levels: [{id: a, title: a, " + level + "}]\n");
  };
  BOOST_TEST(with("temperature: 41 degC") == "");
  BOOST_TEST(with("temperature: 41 degC, voltage_factor: 0.9")
                 .find("found another influence than a temperature") != std::string::npos);
  BOOST_TEST(standard(", voltage_factor: 0.9}", ", temperature: 41 degC}")
                 .find("levels[0].temperature: found it in a row without a coefficient") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_level_differs_from_the_reference_conditions) {
  BOOST_TEST(standard(", voltage_factor: 0.9}", "}") ==
             "f:15:11: standard.influence_rows[0].levels[0]: found the reference conditions; "
             "expected what differs from them");
  BOOST_TEST(standard("[L1, L2]", "[L1, L2, L3]") ==
             "f:16:53: standard.influence_rows[0].levels[1].interrupted_phases: found every phase; "
             "expected at least one that stays");
  BOOST_TEST(
      standard("id: off", "id: low")
          .starts_with("f:16:16: standard.influence_rows[0].levels[1].id: found 'low' again"));
}

BOOST_AUTO_TEST_CASE(a_signal_can_be_made) {
  BOOST_TEST(standard("on_cycles: 2, ", "") ==
             "f:27:38: standard.influence_rows[1].levels[0].signal.switched_current: found no "
             "on_cycles; expected on_cycles with burst_fired");
  BOOST_TEST(standard("kind: burst_fired", "kind: rectifier") ==
             "f:27:45: standard.influence_rows[1].levels[0].signal.switched_current.kind: found "
             "'rectifier'; expected half_wave, phase_fired_leading, phase_fired_trailing or "
             "burst_fired");
  BOOST_TEST(
      standard("level: rms", "angle: 90 deg, level: rms") ==
      "f:27:94: standard.influence_rows[1].levels[0].signal.switched_current.angle: found it "
      "with another kind; expected it with phase_fired_leading and phase_fired_trailing "
      "alone");
  BOOST_TEST(standard("order: 7", "order: 5") ==
             "f:30:73: standard.influence_rows[1].levels[1].signal.voltage_harmonics[1].order: "
             "found order 5 again; expected an order once in a signal; the first is in line 30");
}

BOOST_AUTO_TEST_CASE(a_test_names_rows_that_there_are_and_points_that_they_limit) {
  BOOST_TEST(suite("rows: [V,", "rows: [X, V,") ==
             "f:14:26: suite.tests[0].influence.rows[0]: found 'X'; expected an influence row of "
             "std: one of V, W, T");
  BOOST_TEST(suite("currents: [1 In]", "currents: [0.01 In]") ==
             "f:14:26: suite.tests[0].influence.rows[0]: found the row 'V', for none of the test's "
             "currents; expected a current from 0.05 In to Imax\n"
             "f:14:69: suite.tests[0].influence.currents[0]: found '0.01 In'; expected a current "
             "in the range of one of the rows");
  BOOST_TEST(suite("power_factors: [\"1\"]", "power_factors: [0.5i, 0.8c]") ==
             "f:14:29: suite.tests[0].influence.rows[1]: found the row 'W', for none of the test's "
             "power factors; expected one of the row's power factors\n"
             "f:14:98: suite.tests[0].influence.power_factors[1]: found '0.8c'; expected a power "
             "factor of one of the rows");
  BOOST_TEST(suite("accuracy_class: 0.5S", "accuracy_class: 0.2S")
                 .starts_with("f:14:26: suite.tests[0].influence.rows[0]: found the row 'V', which "
                              "has no class 0.2S; expected a row with the suite's "
                              "accuracy_class"));
  BOOST_TEST(suite("duration: 20 s", "duration: 31 min") ==
             "f:14:108: suite.tests[0].influence.duration: found 1860 s; expected at most the "
             "suite's maximum_duration of 1800 s");
}

// The limits typed a second time: 0.1S, 0.2S, 0.5S; NaN where there is none.
BOOST_AUTO_TEST_CASE(the_shipped_rows_have_the_limits_of_iec_62053_22) {
  const double none = std::numeric_limits<double>::quiet_NaN();
  const std::map<std::string, std::array<double, 3>> expected{
      {"22.V1", {0.05, 0.1, 0.2}},     {"22.V2", {0.1, 0.2, 0.4}},
      {"22.V3", {0.15, 0.3, 0.6}},     {"22.V3-0.5i", {0.3, 0.6, 1.2}},
      {"22.V4", {10, 10, 10}},         {"22.F1", {0.05, 0.1, 0.2}},
      {"22.F2", {0.05, 0.1, 0.2}},     {"22.RPS", {0.05, 0.05, 0.1}},
      {"22.UNB", {0.25, 0.5, 1.0}},    {"22.H5", {0.2, 0.4, 0.5}},
      {"22.SUB", {0.3, 0.6, 1.5}},     {"22.ODD", {none, 0.4, 0.5}},
      {"22.TC1", {0.005, 0.01, 0.03}}, {"22.TC2", {0.01, 0.02, 0.05}},
      {"22.AUXV", {0.05, 0.05, 0.1}},  {"22.AUXP", {0.1, 0.1, 0.2}},
      {"22.MDC", {1.0, 2.0, 2.0}},     {"22.MAC", {0.25, 0.5, 1.0}},
      {"22.RF", {0.5, 1.0, 2.0}},      {"22.CRF", {0.5, 1.0, 2.0}},
      {"22.EFT", {0.5, 1.0, 2.0}},     {"22.DOW", {0.5, 1.0, 2.0}},
      {"22.AUX", {0.05, 0.05, 0.1}},   {"22.OC", {0.05, 0.05, 0.05}},
  };
  const std::filesystem::path root = METERRIG_PROJECT_SOURCE_DIR;
  const auto rows = load_standard(root / "scenarios/standards/iec-62053-22-2020.yaml");
  BOOST_REQUIRE(rows.has_value());
  std::map<std::string, std::array<double, 3>> found;
  for (const v1::InfluenceRow& row : rows->message.standard().influence_rows()) {
    std::array<double, 3>& limits = found[row.id()];
    limits = {none, none, none};
    for (const v1::ClassLimit& limit : row.limits()) {
      const std::size_t place = limit.accuracy_class() == "0.1S"   ? 0
                                : limit.accuracy_class() == "0.2S" ? 1
                                                                   : 2;
      limits.at(place) = limit.limit();
      BOOST_TEST(limit.has_least() == (row.id() == "22.V4"), row.id());
      if (limit.has_least()) BOOST_TEST(limit.least() == -100);
      // Class 0.1S is nowhere more than a guess.
      if (place == 0) BOOST_TEST(limit.confidence() == v1::CONFIDENCE_UNCERTAIN, row.id());
    }
  }
  BOOST_TEST(found.size() == expected.size());
  for (const auto& [row, limits] : expected) {
    BOOST_REQUIRE_MESSAGE(found.contains(row), row);
    for (std::size_t c = 0; c < limits.size(); ++c) {
      if (std::isnan(limits.at(c))) {
        BOOST_TEST(std::isnan(found[row].at(c)), row);
      } else {
        BOOST_TEST(found[row].at(c) == limits.at(c), row);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(the_shipped_suite_agrees_with_its_standard) {
  const std::filesystem::path root = METERRIG_PROJECT_SOURCE_DIR;
  const auto shipped = load_suite(root / "scenarios/suites/iec-62053-22-0.5s-influence.yaml");
  BOOST_TEST(findings_of(shipped) == "");
  const auto rows = load_standard(root / "scenarios/standards/iec-62053-22-2020.yaml");
  BOOST_TEST(findings_of(rows) == "");
  BOOST_TEST(to_string(check_suite(shipped.value(), rows.value())) == "");
  // Every row that the standard's file has is in the suite: none is left out in silence.
  std::size_t tested = 0;
  for (const v1::Test& test : shipped->message.suite().tests())
    tested += static_cast<std::size_t>(test.influence().rows_size());
  BOOST_TEST(tested == static_cast<std::size_t>(rows->message.standard().influence_rows_size()));
}

BOOST_AUTO_TEST_SUITE_END()
