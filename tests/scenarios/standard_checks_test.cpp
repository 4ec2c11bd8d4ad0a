// SPDX-License-Identifier: GPL-3.0-or-later
// What belongs together within a standard whose rows differ with the connection, the temperature or
// the quantity.
#include <boost/test/unit_test.hpp>
#include <string>

#include "findings_of.h"
#include "meterrig/loader/load.h"
#include "meterrig/loader/together.h"

using namespace meterrig;
using namespace meterrig::loader;

namespace {

const std::string text = R"(standard:
  id: std
  designation: IEC 1
  edition: "2020"
  title: T
  current_relations:
    - {id: R, source: {clause: c, confidence: memory, provenance: p}, accuracy_classes: ["1"], current: Imin, at_most: 0.2 Itr}
  error_rows:
    - id: B1
      source: {clause: c, confidence: memory, provenance: p}
      load: balanced
      ranges:
        - {connection: direct, from: 0.1 In, up_to: Imax}
        - {connection: transformer, from: 0.05 In, up_to: Imax}
      power_factors: ["1"]
      limits: [{accuracy_class: "1", limit: 1 %}]
    - id: B2
      source: {clause: c, confidence: memory, provenance: p}
      load: balanced
      from: Imin
      below: Itr
      power_factors: ["1"]
      limits: [{accuracy_class: "1", limit: 1 %}]
  starting_rows:
    - id: ST
      source: {clause: c, confidence: memory, provenance: p}
      accuracy_classes: ["1"]
      currents: [{connection: direct, current: 0.004 In}, {connection: transformer, current: 0.002 In}]
      interval_factor: 1.5
  no_load_rows:
    - id: NL
      source: {clause: c, confidence: memory, provenance: p}
      accuracy_classes: ["1"]
      voltage_factor: 1.0
      time_coefficient: 100000
      maximum_pulses: 1
      formula: minimum
      limit_row: B2
  composite_rows:
    - id: C
      source: {clause: c, confidence: memory, provenance: p}
      load: balanced
      from: Itr
      up_to: Imax
      power_factors: ["1"]
      temperatures: [{from: -10 degC, to: 5 degC}]
      limits: [{accuracy_class: "1", limit: 1 %}]
  quantity_rows:
    - id: Q
      source: {clause: c, confidence: memory, provenance: p}
      quantity: power_factor
      basis: absolute
      unit: "1"
      accuracy_classes: ["0.5", "1"]
      factor: 0.01
)";

std::string found(const std::string& old_text, const std::string& new_text) {
  std::string changed = text;
  const std::size_t at = changed.find(old_text);
  BOOST_REQUIRE_MESSAGE(at != std::string::npos, old_text);
  return findings_of(parse_standard(changed.replace(at, old_text.size(), new_text), "f"));
}

void finds(const std::string& old_text, const std::string& new_text, const std::string& wanted) {
  const std::string told = found(old_text, new_text);
  BOOST_TEST(told.find(wanted) != std::string::npos, told << " without " << wanted);
}

std::string suite(const std::string& currents) {
  const auto loaded = parse_suite(R"(suite:
  id: s
  title: T
  standard: std
  accuracy_class: "1"
  decision_rule: {kind: simple_acceptance}
  methods: [pulses]
  settle: 1 s
  minimum_duration: 1 s
  maximum_duration: 1 h
  tests:
    - {id: t, title: T, intrinsic_error: {rows: [B1, B2], load: balanced, directions: [import], currents: [)" +
                                      currents + R"(], power_factors: ["1"]}}
)",
                                  "s");
  BOOST_REQUIRE(loaded.has_value());
  const auto rows = parse_standard(text, "f");
  BOOST_REQUIRE(rows.has_value());
  return to_string(check_suite(*loaded, *rows));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(standard_checks)

BOOST_AUTO_TEST_CASE(the_text_is_right) { BOOST_TEST(found("IEC 1", "IEC 2") == ""); }

BOOST_AUTO_TEST_CASE(a_row_has_a_range_or_ranges_by_connection) {
  finds("      ranges:\n", "      from: 0.1 In\n      ranges:\n",
        "found ranges beside from; expected exactly one of from, ranges");
  finds("      from: Imin\n      below: Itr\n", "",
        "error_rows[1]: found none of from, ranges; expected exactly one of from, ranges");
  finds("      ranges:\n", "      up_to: Imax\n      ranges:\n",
        "error_rows[0].up_to: found it beside ranges; expected it in each of the ranges");
  finds("connection: transformer, from", "connection: direct, from",
        "ranges[1].connection: found a connection again; expected each connection once");
  finds("from: 0.05 In, up_to: Imax", "from: 0.05 In, up_to: 0.01 In",
        "ranges[1].up_to: found '0.01 In'; expected a current above the row's least, 0.05 In");
  finds("from: 0.05 In, up_to: Imax", "from: 0.05 In", "ranges[1]: found neither below nor up_to");
  finds("below: Itr", "below: 0.5 Imin", "expected a current above the row's least, Imin");
}

BOOST_AUTO_TEST_CASE(a_starting_row_has_a_current_or_one_for_each_connection) {
  finds("      currents: [", "      current: 0.004 In\n      currents: [",
        "found currents beside current; expected exactly one of current, currents");
  finds("{connection: transformer, current: 0.002 In}", "{connection: direct, current: 0.002 In}",
        "currents[1].connection: found a connection again");
}

BOOST_AUTO_TEST_CASE(a_no_load_row_has_what_its_formula_needs) {
  finds("      limit_row: B2\n", "",
        "no_load_rows[0]: found no limit_row; expected limit_row with "
        "the formula minimum and only with it");
  finds("limit_row: B2", "limit_row: ST", "limit_row: found 'ST'; expected one of the error_rows");
  finds("formula: minimum", "formula: maximum", "limit_row: found it; expected");
  finds("      formula: minimum\n      limit_row: B2\n", "",
        "found no starting_row; expected starting_row with the formula starting");
}

BOOST_AUTO_TEST_CASE(a_relation_has_one_other_side) {
  finds("at_most: 0.2 Itr", "at_most: 0.2 Itr, equals: Itr",
        "found equals beside at_most; expected exactly one of at_most, at_least, equals");
  finds(", at_most: 0.2 Itr", "", "found none of at_most, at_least, equals");
}

BOOST_AUTO_TEST_CASE(temperatures_rise) {
  finds("to: 5 degC", "to: -10 degC",
        "temperatures[0].to: found '-10 degC'; expected more than from, -10 degC");
}

BOOST_AUTO_TEST_CASE(a_quantity_has_a_factor_and_classes_that_are_numbers_or_limits) {
  finds("\"0.5\", \"1\"", "\"0.5S\", \"1\"",
        "accuracy_classes[0]: found '0.5S'; expected a class that is a number");
  finds("      factor: 0.01\n", "", "found none of factor, limits");
  finds("      accuracy_classes: [\"0.5\", \"1\"]\n", "", "found factor without accuracy_classes");
  finds("      unit: \"1\"\n", "", "found no unit; expected a unit with the basis absolute");
  finds("basis: absolute", "basis: reading", "found a unit; expected a unit with the basis");
  finds("      unit: \"1\"\n", "      unit: \"1\"\n      below: 3\n      up_to: 3\n",
        "up_to: found up_to beside below");
}

BOOST_AUTO_TEST_CASE(a_suites_current_needs_a_row_for_one_of_the_connections) {
  BOOST_TEST(suite("0.05 In, Imin, Imax") == "");  // 0.05 In through transformers only
  BOOST_TEST(suite("0.02 In").find("found '0.02 In'; expected a current for which one of the rows "
                                   "has a limit") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
