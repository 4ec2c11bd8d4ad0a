// SPDX-License-Identifier: GPL-3.0-or-later
// What needs more than one field, in a right file with one piece of its text replaced.
#include <boost/test/unit_test.hpp>
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
  error_rows:
    - id: B1
      source: {clause: c, confidence: memory, provenance: p}
      load: balanced
      from: 0.01 In
      below: 0.05 In
      power_factors: ["1"]
      limits: [{accuracy_class: 0.5S, limit: 1 %}, {accuracy_class: "1", limit: 2 %}]
    - id: B2
      source: {clause: c, confidence: memory, provenance: p}
      load: balanced
      from: 0.05 In
      up_to: Imax
      power_factors: ["1", 0.5i]
      limits: [{accuracy_class: 0.5S, limit: 0.5 %}]
    - id: S1
      source: {clause: c, confidence: memory, provenance: p}
      load: single_phase
      from: 0.05 In
      up_to: Imax
      power_factors: ["1"]
      limits: [{accuracy_class: 0.5S, limit: 0.6 %}]
  difference_rows:
    - id: D
      source: {clause: c, confidence: memory, provenance: p}
      current: 1 In
      power_factor: "1"
      limits: [{accuracy_class: 0.5S, limit: 1 %}]
  starting_rows:
    - id: ST
      source: {clause: c, confidence: memory, provenance: p}
      accuracy_classes: [0.2S, 0.5S]
      current: 0.001 In
      interval_factor: 1.5
  no_load_rows:
    - id: NL
      source: {clause: c, confidence: memory, provenance: p}
      accuracy_classes: [0.5S]
      voltage_factor: 1.1
      time_coefficient: 240000
      maximum_pulses: 1
      starting_row: ST
  constant_rows:
    - id: MC
      source: {clause: c, confidence: memory, provenance: p}
      fraction_of_limit: 0.1
      limit_row: B2
      current: Imax
      power_factor: "1"
)";

const std::string suite_text = R"(suite:
  id: s
  title: A suite
  standard: std
  accuracy_class: 0.5S
  decision_rule: {kind: guarded, guard_factor: 1}
  methods: [pulses, instantaneous]
  settle: 2 s
  minimum_duration: 10 s
  maximum_duration: 30 min
  tests:
    - id: nl
      title: No load
      no_load: {row: NL}
    - id: st
      title: Starting
      starting: {row: ST, directions: [import]}
    - id: bal
      title: Balanced
      intrinsic_error: {rows: [B1, B2], load: balanced, directions: [import], currents: [0.01 In, 1 In, Imax], power_factors: ["1", 0.5i], method: pulses, duration: 20 s}
    - id: sp
      title: Single
      intrinsic_error: {rows: [S1], load: single_phase, directions: [import], currents: [1 In], power_factors: ["1"]}
    - id: diff
      title: Difference
      load_difference: {row: D, balanced_test: bal, single_phase_test: sp}
    - id: mc
      title: Constant
      meter_constant: {row: MC, direction: import}
)";

const std::string device_text = R"(device:
  id: dev
  manufacturer: M
  model: X
  ratings: {connection: 3P4W, reference_voltage: 230 V, nominal_current: 5 A, maximum_current: 6 A, reference_frequency: 50 Hz, transformer_operated: true, accuracy_classes: [0.5S], directions: [import]}
  pulse_outputs:
    - {id: S0-1, energy: active_total, constant: 10 imp/kWh, width: 100 ms, position_quantum: 0 s, confidence: memory}
    - {id: S0-2, energy: active_total, constant: 3200 imp/kWh, width: 100 ms, position_quantum: 1 ms, test_output: true, confidence: memory}
  modbus:
    baud_rates: [2400, 9600]
    factory_baud_rate: 9600
    factory_parity: none
    factory_stop_bits: 1
    factory_unit: 1
    lowest_unit: 1
    highest_unit: 100
    maximum_registers: 60
    even_only: true
    word_order: high_first
    registers:
      - {address: 0, table: input, type: float32, quantity: voltage.L1, unit: V, confidence: memory, provenance: p}
      - {address: 2, table: input, type: float32, quantity: power_factor.L1, unit: "1", confidence: memory, provenance: p}
      - {address: 4, table: input, type: float32, quantity: active_energy_import.total, unit: kWh, scale: 0.1, confidence: memory, provenance: p}
    identity:
      - {name: serial, address: 0, table: holding, type: uint32, confidence: memory, provenance: p}
      - {name: code, address: 3, table: holding, type: uint16, hexadecimal: true, confidence: memory, provenance: p}
    energy_refresh: 100 ms
)";

const std::string twin_text = R"(twin:
  name: good
  device: dev
  serial_number: "12345678"
  firmware: "01aF"
  creep_threshold: 1 mA
  front_end:
    sample_rate: 8 kHz
    adc_bits: 22
    voltage_full_scale: 500 V
    current_full_scale: 25 A
    voltage: [{}, {}, {gain: 0.1 %}]
    current: [{}, {}, {}]
    current_transformer:
      - {current: 50 mA, ratio_error: 0 %, phase_error: 0 deg}
      - {current: 5 A, ratio_error: 0 %, phase_error: 0 deg}
)";

const std::string scenario_text = R"(scenario:
  id: x
  frequency: 50 Hz
  voltage:
    - components: [{order: 1, rms: 230 V}, {order: 3, rms: 1 V}]
    - {}
    - {dc: 1 V}
  current:
    - noise_rms: 1 mA
)";

const std::string bench_text = R"(bench:
  id: b
  title: B
  simulated: {sample_rate: 8 kHz, reference_uncertainty: 5 ppm, timestamp_uncertainty: 1 us}
  positions:
    - {id: 1, terminals: "unix:a", modbus_rtu: {port: p, baud_rate: 9600, parity: none, stop_bits: 1, unit: 1}}
    - {id: 2, terminals: "127.0.0.1:99", modbus_rtu: {port: p, baud_rate: 9600, parity: none, stop_bits: 1, unit: 2}}
    - {id: 3, terminals: "unix:c", modbus_tcp: {host: h, port: 502, unit: 1}}
  link_policy: {answer_timeout: 1 s, retries: 0}
)";

const std::string order_text = R"(order:
  report_id: R
  laboratory: {name: L, address: A}
  place: P
  customer: {name: C, address: A}
  sample: {serial_number: 1, condition: new, received: 2024-02-29}
  operator: O
  approver: V
)";

std::string with(std::string text, const std::string& old_text, const std::string& new_text) {
  const std::size_t at = text.find(old_text);
  BOOST_REQUIRE_MESSAGE(at != std::string::npos, old_text);
  return text.replace(at, old_text.size(), new_text);
}

std::string standard(const std::string& a, const std::string& b) {
  return findings_of(parse_standard(with(standard_text, a, b), "f"));
}
std::string suite(const std::string& a, const std::string& b) {
  return findings_of(parse_suite(with(suite_text, a, b), "f"));
}
std::string device(const std::string& a, const std::string& b) {
  return findings_of(parse_device(with(device_text, a, b), "f"));
}
std::string twin(const std::string& a, const std::string& b) {
  return findings_of(parse_twin(with(twin_text, a, b), "f"));
}
std::string scenario(const std::string& a, const std::string& b) {
  return findings_of(parse_scenario(with(scenario_text, a, b), "f"));
}
std::string bench(const std::string& a, const std::string& b) {
  return findings_of(parse_bench(with(bench_text, a, b), "f"));
}
std::string order(const std::string& a, const std::string& b) {
  return findings_of(parse_order(with(order_text, a, b), "f"));
}

// The suite changed in one place, against the standard; each is right alone.
std::string suite_in_standard(const std::string& a, const std::string& b) {
  const auto changed = parse_suite(with(suite_text, a, b), "f");
  BOOST_TEST(findings_of(changed) == "");
  BOOST_REQUIRE(changed.has_value());
  return to_string(check_suite(*changed, parse_standard(standard_text, "std").value()));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(loader_checks)

BOOST_AUTO_TEST_CASE(the_files_that_the_other_tests_change_are_right) {
  BOOST_TEST(standard("id: std", "id: std") == "");
  BOOST_TEST(suite("id: s", "id: s") == "");
  BOOST_TEST(device("id: dev", "id: dev") == "");
  BOOST_TEST(twin("name: good", "name: good") == "");
  BOOST_TEST(scenario("id: x", "id: x") == "");
  BOOST_TEST(bench("id: b", "id: b") == "");
  BOOST_TEST(order("report_id: R", "report_id: R") == "");
  BOOST_TEST(suite_in_standard("id: s", "id: s") == "");
}

BOOST_AUTO_TEST_CASE(row_names_of_a_standard_are_unique_over_all_its_lists) {
  BOOST_TEST(standard("id: B2", "id: B1") ==
             "f:14:11: standard.error_rows[1].id: found 'B1' again; expected it once in the list; "
             "the first is in "
             "line 7");  // and not that B2, which a row names, is missing
  BOOST_TEST(standard("id: NL", "id: ST") ==
             "f:41:11: standard.no_load_rows[0].id: found 'ST' again; expected a name once in the "
             "standard; the "
             "first is in line 35");
}

BOOST_AUTO_TEST_CASE(an_error_row_has_exactly_one_end_above_its_start) {
  BOOST_TEST(standard("below: 0.05 In", "below: 0.05 In\n      up_to: 1 In") ==
             "f:12:14: standard.error_rows[0].up_to: found up_to beside below; expected exactly "
             "one of below (not "
             "included) and up_to (included)");
  BOOST_TEST(standard("      below: 0.05 In\n", "") ==
             "f:7:7: standard.error_rows[0]: found neither below nor up_to; expected exactly one "
             "of below (not "
             "included) and up_to (included)");
  BOOST_TEST(standard("below: 0.05 In", "below: 0.01 In") ==
             "f:11:14: standard.error_rows[0].below: found '0.01 In'; expected a current above the "
             "row's least, "
             "0.01 In");
  BOOST_TEST(standard("below: 0.05 In", "up_to: 0.01 In") == "");  // one current, included
  BOOST_TEST(standard("up_to: Imax", "up_to: 0.04 In") ==
             "f:18:14: standard.error_rows[1].up_to: found '0.04 In'; expected a current above the "
             "row's least, "
             "0.05 In");
  BOOST_TEST(standard("from: 0.05 In", "from: 2 Imax")
                 .starts_with("f:18:14: standard.error_rows[1].up_to: found 'Imax'"));
}

BOOST_AUTO_TEST_CASE(rows_of_a_standard_that_are_named_exist_and_fit) {
  BOOST_TEST(standard("limit_row: B2", "limit_row: B9") ==
             "f:52:18: standard.constant_rows[0].limit_row: found 'B9'; expected one of the "
             "error_rows: B1, B2, S1");
  BOOST_TEST(standard("starting_row: ST", "starting_row: NL") ==
             "f:47:21: standard.no_load_rows[0].starting_row: found 'NL'; expected one of the "
             "starting_rows: ST");
  BOOST_TEST(standard("accuracy_classes: [0.5S]", "accuracy_classes: [0.5S, \"1\"]") ==
             "f:43:32: standard.no_load_rows[0].accuracy_classes[1]: found '1'; expected a class "
             "of the starting "
             "row ST");
  BOOST_TEST(standard("limit_row: B2", "limit_row: B1") ==
             "f:53:16: standard.constant_rows[0].current: found 'Imax'; expected a current of the "
             "error row B1");
  BOOST_TEST(standard("current: Imax\n      power_factor: \"1\"",
                      "current: Imax\n      power_factor: 0.8c") ==
             "f:54:21: standard.constant_rows[0].power_factor: found '0.8c'; expected a power "
             "factor of the error "
             "row B2");
  BOOST_TEST(standard("accuracy_class: \"1\"", "accuracy_class: 0.5S") ==
             "f:13:69: standard.error_rows[0].limits[1].accuracy_class: found '0.5S' again; "
             "expected a class once in "
             "a row; the first is in line 13");
}

BOOST_AUTO_TEST_CASE(limits_of_voltage_events_lie_apart_by_the_hysteresis) {
  const auto events = [](const std::string& a, const std::string& b) {
    const std::string text = R"(standard:
  id: std
  designation: IEC 1
  edition: "2020"
  title: T
  voltage_events:
    dip: {limit: 90 %, source: {clause: c, confidence: memory, provenance: p}}
    swell: {limit: 110 %, source: {clause: c, confidence: memory, provenance: p}}
    interruption: {limit: 5 %, source: {clause: c, confidence: memory, provenance: p}}
    hysteresis: {limit: 2 %, source: {clause: c, confidence: memory, provenance: p}}
)";
    return findings_of(parse_standard(with(text, a, b), "f"));
  };
  BOOST_TEST(events("90 %", "98 %") == "");
  BOOST_TEST(events("90 %", "99 %") ==
             "f:7:18: standard.voltage_events.dip.limit: found '99 %'; expected at most 98 %: 100 "
             "% less the hysteresis");
  BOOST_TEST(events("110 %", "101 %") ==
             "f:8:20: standard.voltage_events.swell.limit: found '101 %'; expected at least 102 "
             "%: 100 % and the hysteresis");
  BOOST_TEST(events("limit: 5 %", "limit: 89 %") ==
             "f:9:27: standard.voltage_events.interruption.limit: found '89 %'; expected at most "
             "88 %: the dip's less the hysteresis");
}

BOOST_AUTO_TEST_CASE(one_mistake_makes_one_finding) {
  // The wrong id leaves open which row is meant, so the row that is named is not called missing.
  BOOST_TEST(standard("id: B2", "id: B 2") ==
             "f:14:11: standard.error_rows[1].id: found 'B 2'; expected a name of the letters a-z "
             "and A-Z, digits, "
             "'-', '_' and '.', starting with a letter, a digit or '_'");
  BOOST_TEST(
      suite("id: bal", "id: -bal").starts_with("f:18:11: suite.tests[2].id: found '-bal'; "));
  BOOST_TEST(suite("id: bal", "id: -bal").find('\n') == std::string::npos);
  BOOST_TEST(suite("minimum_duration: 10 s", "minimum_duration: 10 V").find('\n') ==
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_suite_agrees_with_itself) {
  BOOST_TEST(suite("minimum_duration: 10 s", "minimum_duration: 31 min") ==
             "f:9:21: suite.minimum_duration: found 1860 s; expected at most the maximum_duration "
             "of 1800 s");
  BOOST_TEST(suite("kind: guarded", "kind: simple_acceptance") ==
             "f:6:58: suite.decision_rule.guard_factor: found a guard factor; expected none: only "
             "the kinds guarded, non_binary and guarded_standard have a guard band");
  BOOST_TEST(
      suite("kind: guarded, guard_factor: 1", "kind: guarded_standard, guard_factor: 1.65") == "");
  BOOST_TEST(suite("guard_factor: 1", "guard_factor: -1") == "");
  BOOST_TEST(
      suite("kind: guarded, guard_factor: 1", "kind: non_binary, guard_factor: -1") ==
      "f:6:51: suite.decision_rule.guard_factor: found -1; expected at least 0 with the kind "
      "non_binary");
  BOOST_TEST(suite("kind: guarded, guard_factor: 1", "kind: fraction, fraction: 0.6") == "");
  BOOST_TEST(
      suite("kind: guarded, guard_factor: 1", "kind: fraction") ==
      "f:6:18: suite.decision_rule: found no fraction; expected one: the kind fraction needs "
      "it");
  BOOST_TEST(suite("guard_factor: 1", "fraction: 0.6") ==
             "f:6:44: suite.decision_rule.fraction: found a fraction; expected none: only the kind "
             "fraction has one");
  BOOST_TEST(suite("duration: 20 s", "duration: 31 min") ==
             "f:20:166: suite.tests[2].intrinsic_error.duration: found 1860 s; expected at most "
             "the suite's "
             "maximum_duration of 1800 s");
  BOOST_TEST(suite("method: pulses", "method: register_advance") ==
             "f:20:148: suite.tests[2].intrinsic_error.method: found a method that the suite does "
             "not list; expected "
             "one of the suite's methods");
  BOOST_TEST(suite("balanced_test: bal", "balanced_test: ball") ==
             "f:26:48: suite.tests[4].load_difference.balanced_test: found 'ball'; expected the id "
             "of a test of this "
             "suite");
  BOOST_TEST(suite("balanced_test: bal", "balanced_test: sp") ==
             "f:26:48: suite.tests[4].load_difference.balanced_test: found 'sp'; expected an "
             "intrinsic_error test "
             "with load balanced");
  BOOST_TEST(suite("single_phase_test: sp", "single_phase_test: nl") ==
             "f:26:72: suite.tests[4].load_difference.single_phase_test: found 'nl'; expected an "
             "intrinsic_error "
             "test with load single_phase");
  // The difference moved above the single-phase test.
  const std::string block =
      "    - id: diff\n      title: Difference\n"
      "      load_difference: {row: D, balanced_test: bal, single_phase_test: sp}\n";
  const std::string without = with(suite_text, block, "");
  BOOST_TEST(
      findings_of(parse_suite(with(without, "    - id: sp\n", block + "    - id: sp\n"), "f")) ==
      "f:23:72: suite.tests[3].load_difference.single_phase_test: found 'sp', which comes later in "
      "line 24; "
      "expected a test above this one");
}

BOOST_AUTO_TEST_CASE(a_composite_error_is_of_errors_with_its_load_and_of_influences_above_it) {
  const auto composite = [](const std::string& operands) {
    return suite("load_difference: {row: D, balanced_test: bal, single_phase_test: sp}",
                 "composite_error: {rows: [C], load: balanced, currents: [1 In], power_factors: "
                 "[\"1\"], " +
                     operands + "}");
  };
  BOOST_TEST(composite("intrinsic_test: sp, influence_test: bal") ==
             "f:26:108: suite.tests[4].composite_error.intrinsic_test: found 'sp'; expected an "
             "intrinsic_error test with load balanced\n"
             "f:26:128: suite.tests[4].composite_error.influence_test: found 'bal'; expected an "
             "influence test");
  BOOST_TEST(
      composite("intrinsic_test: bal, influence_test: none") ==
      "f:26:129: suite.tests[4].composite_error.influence_test: found 'none'; expected the id "
      "of a test of this suite");
}

BOOST_AUTO_TEST_CASE(a_sequential_test_has_looks_that_a_boundary_can_be_computed_for) {
  const auto looks = [](const std::string& numbers) {
    return suite("  settle: 2 s", "  sequential: {" + numbers + ", risk: 2.5 %}\n  settle: 2 s");
  };
  const std::string at = "f:8:42: suite.sequential.last_look: found ";
  BOOST_TEST(looks("first_look: 5, last_look: 25") == "");
  BOOST_TEST(looks("first_look: 5, last_look: 5") ==
             at + "5; expected more than the first_look of 5");
  BOOST_TEST(looks("first_look: 5, last_look: 205") ==
             at + "205; expected at most 204: up to 200 looks and 300 measurements");
  BOOST_TEST(looks("first_look: 90, last_look: 289").empty());
  BOOST_TEST(looks("first_look: 2, last_look: 1001") != "");
  BOOST_TEST(looks("first_look: 1, last_look: 20") != "");
}

BOOST_AUTO_TEST_CASE(a_certificate_is_due_after_its_calibration) {
  const auto certificate = [](const std::string& dates) {
    return bench("  link_policy:",
                 "  certificates:\n    - {instrument: thermometer, number: T-1, " + dates +
                     "}\n  link_policy:");
  };
  BOOST_TEST(certificate("calibrated: 2026-02-28, due: 2027-02-28") == "");
  BOOST_TEST(certificate("calibrated: 2026-02-29, due: 2027-02-28") ==
             "f:10:58: bench.certificates[0].calibrated: found '2026-02-29'; expected a date as "
             "YYYY-MM-DD");
  BOOST_TEST(certificate("calibrated: 2026-02-28, due: soon") ==
             "f:10:75: bench.certificates[0].due: found 'soon'; expected a date as YYYY-MM-DD");
  BOOST_TEST(certificate("calibrated: 2026-02-28, due: 2026-02-28") ==
             "f:10:75: bench.certificates[0].due: found '2026-02-28'; expected a day after "
             "'2026-02-28'");
}

BOOST_AUTO_TEST_CASE(a_suite_agrees_with_its_standard) {
  BOOST_TEST(suite_in_standard("standard: std", "standard: other") ==
             "f:4:13: suite.standard: found 'other'; expected std, the standard given");
  BOOST_TEST(suite_in_standard("rows: [B1, B2]", "rows: [B1, B3]") ==
             "f:20:36: suite.tests[2].intrinsic_error.rows[1]: found 'B3'; expected an error row "
             "of std: one of B1, "
             "B2, S1");
  BOOST_TEST(suite_in_standard("rows: [S1]", "rows: [B2]") ==
             "f:23:32: suite.tests[3].intrinsic_error.rows[0]: found 'B2', a row for another load; "
             "expected a row "
             "for the test's load");
  BOOST_TEST(
      suite_in_standard("no_load: {row: NL}", "no_load: {row: ST}") ==
      "f:14:22: suite.tests[0].no_load.row: found 'ST'; expected a no-load row of std: one of NL");
  BOOST_TEST(suite_in_standard("starting: {row: ST", "starting: {row: NL") ==
             "f:17:23: suite.tests[1].starting.row: found 'NL'; expected a starting row of std: "
             "one of ST");
  BOOST_TEST(suite_in_standard("load_difference: {row: D", "load_difference: {row: B1") ==
             "f:26:30: suite.tests[4].load_difference.row: found 'B1'; expected a difference row "
             "of std: one of D");
  BOOST_TEST(suite_in_standard("meter_constant: {row: MC", "meter_constant: {row: X") ==
             "f:29:29: suite.tests[5].meter_constant.row: found 'X'; expected a constant row of "
             "std: one of MC");
  // Class 1 has a limit in B1 alone.
  BOOST_TEST(suite_in_standard("accuracy_class: 0.5S", "accuracy_class: \"1\"") ==
             "f:14:22: suite.tests[0].no_load.row: found the row 'NL', which has no class 1; "
             "expected a row with the "
             "suite's accuracy_class\n"
             "f:17:23: suite.tests[1].starting.row: found the row 'ST', which has no class 1; "
             "expected a row with the "
             "suite's accuracy_class\n"
             "f:20:36: suite.tests[2].intrinsic_error.rows[1]: found the row 'B2', which has no "
             "class 1; expected a "
             "row with the suite's accuracy_class\n"
             "f:23:32: suite.tests[3].intrinsic_error.rows[0]: found the row 'S1', which has no "
             "class 1; expected a "
             "row with the suite's accuracy_class\n"
             "f:26:30: suite.tests[4].load_difference.row: found the row 'D', which has no class "
             "1; expected a row "
             "with the suite's accuracy_class\n"
             "f:29:29: suite.tests[5].meter_constant.row: found the row 'B2', which has no class "
             "1; expected a row "
             "with the suite's accuracy_class");
}

BOOST_AUTO_TEST_CASE(every_current_and_power_factor_of_a_suite_leads_to_one_limit) {
  BOOST_TEST(
      suite_in_standard("currents: [0.01 In, 1 In, Imax]", "currents: [0.009 In, 1 In, 2 Imax]") ==
      "f:20:90: suite.tests[2].intrinsic_error.currents[0]: found '0.009 In'; expected a current "
      "for which one "
      "of the rows has a limit\n"
      "f:20:106: suite.tests[2].intrinsic_error.currents[2]: found '2 Imax'; expected a current "
      "for which one "
      "of the rows has a limit");
  BOOST_TEST(suite_in_standard("power_factors: [\"1\", 0.5i]", "power_factors: [\"1\", 0.5c]") ==
             "f:20:133: suite.tests[2].intrinsic_error.power_factors[1]: found '0.5c'; expected a "
             "power factor for "
             "which one of the rows has a limit");
  BOOST_TEST(suite_in_standard("currents: [1 In]", "currents: [1.2 In]") ==
             "f:26:72: suite.tests[4].load_difference.single_phase_test: found 'sp', which has no "
             "point at In and "
             "power factor 1; expected a test with the point that row D compares");
  // Two rows over the same current and power factor.
  const auto overlap =
      parse_standard(with(standard_text, "below: 0.05 In", "up_to: 0.05 In"), "std");
  BOOST_REQUIRE(overlap.has_value());
  const auto at_edge =
      parse_suite(with(suite_text, "0.01 In, 1 In, Imax", "0.05 In, 1 In, Imax"), "f");
  BOOST_REQUIRE(at_edge.has_value());
  BOOST_TEST(to_string(check_suite(*at_edge, *overlap)) ==
             "f:20:90: suite.tests[2].intrinsic_error.currents[0]: found 0.05 In at power factor 1 "
             "in two rows, B1 "
             "and B2; expected one limit for a point");
}

BOOST_AUTO_TEST_CASE(a_device_agrees_with_itself) {
  BOOST_TEST(device("maximum_current: 6 A", "maximum_current: 4 A") ==
             "f:5:96: device.ratings.maximum_current: found 4 A; expected at least the "
             "nominal_current, 5 A");
  BOOST_TEST(device("test_output: true, ", "") ==
             "f:7:5: device.pulse_outputs: found no test output; expected exactly one output of "
             "active energy with test_output: true");
  // One of each energy.
  BOOST_TEST(device("{id: S0-1, energy: active_total, constant: 10 imp/kWh, width: 100 ms, "
                    "position_quantum: 0 s,",
                    "{id: S0-1, energy: reactive_total, constant: 100 imp/kvarh, width: 100 ms, "
                    "position_quantum: 0 s, test_output: true,") == "");
  BOOST_TEST(
      device("energy: active_total, constant: 3200", "energy: reactive_total, constant: 3200")
          .starts_with("f:7:5: device.pulse_outputs: found no test output"));
  BOOST_TEST(device("position_quantum: 0 s,", "position_quantum: 0 s, test_output: true,") ==
             "f:8:116: device.pulse_outputs[1].test_output: found a second test output; expected "
             "exactly one; the "
             "first is in line 7");
  BOOST_TEST(
      device("factory_baud_rate: 9600", "factory_baud_rate: 4800") ==
      "f:11:24: device.modbus.factory_baud_rate: found '4800'; expected one of the baud_rates");
  BOOST_TEST(device("factory_unit: 1", "factory_unit: 101") ==
             "f:14:19: device.modbus.factory_unit: found '101'; expected a unit from 1 to 100");
  BOOST_TEST(
      device("lowest_unit: 1", "lowest_unit: 101") ==
      "f:15:18: device.modbus.lowest_unit: found '101'; expected at most the highest_unit, 100");
}

BOOST_AUTO_TEST_CASE(
    a_register_map_holds_each_quantity_once_in_a_unit_of_its_kind_and_in_words_of_its_own) {
  BOOST_TEST(device("unit: V", "unit: A") ==
             "f:21:79: device.modbus.registers[0].unit: found 'A'; expected a unit of voltage: one "
             "of uV, mV, V, kV");
  BOOST_TEST(device("unit: \"1\"", "unit: W") ==
             "f:22:84: device.modbus.registers[1].unit: found 'W'; expected 1: power_factor.L1 has "
             "no unit");
  BOOST_TEST(device("unit: kWh", "unit: kvarh") ==
             "f:23:95: device.modbus.registers[2].unit: found 'kvarh'; expected a unit of active "
             "energy: one of Ws, "
             "mWh, Wh, kWh, MWh");
  BOOST_TEST(device("quantity: voltage.L1", "quantity: voltage.L4") ==
             "f:21:61: device.modbus.registers[0].quantity: found 'voltage.L4'; expected voltage.X "
             "with X one of L1, "
             "L2, L3, N, L1-L2, L2-L3, L3-L1, mean, total");
  BOOST_TEST(
      device("quantity: voltage.L1", "quantity: volt.L1")
          .starts_with("f:21:61: device.modbus.registers[0].quantity: found 'volt.L1'; expected "
                       "QUANTITY.PLACE with QUANTITY one of voltage, current, "));
  BOOST_TEST(device("quantity: power_factor.L1, unit: \"1\"", "quantity: voltage.L1, unit: V") ==
             "f:22:61: device.modbus.registers[1].quantity: found 'voltage.L1' again; expected a "
             "quantity in one "
             "register; the first is in line 21");
  BOOST_TEST(
      device("scale: 0.1", "scale: 0") ==
      "f:23:107: device.modbus.registers[2].scale: found '0'; expected a number other than 0");
  BOOST_TEST(device("address: 4", "address: 2") ==
             "f:23:19: device.modbus.registers[2].address: found '0x0002', inside the register at "
             "0x0002 in line 22; "
             "expected registers that do not overlap");
  BOOST_TEST(device("address: 4", "address: 3") ==
             "f:23:19: device.modbus.registers[2].address: found '0x0003', an odd address of 2 "
             "registers; expected an "
             "even address (the map is even_only)\n"
             "f:23:19: device.modbus.registers[2].address: found '0x0003', inside the register at "
             "0x0002 in line 22; "
             "expected registers that do not overlap");
  BOOST_TEST(device("address: 4", "address: 65535")
                 .starts_with("f:23:19: device.modbus.registers[2].address: found '0xFFFF' for 2 "
                              "registers; expected registers up to 0xFFFF"));
  BOOST_TEST(device("address: 3, table: holding", "address: 1, table: holding") ==
             "f:26:31: device.modbus.identity[1].address: found '0x0001', inside the register at "
             "0x0000 in line 25; "
             "expected registers that do not overlap");
  BOOST_TEST(device("address: 3, table: holding", "address: 1, table: input")
                 .find("inside the register at 0x0000 in line 21") != std::string::npos);
  BOOST_TEST(device("name: code", "name: serial") ==
             "f:26:16: device.modbus.identity[1].name: found 'serial' again; expected a name once; "
             "the first is in "
             "line 25");
  BOOST_TEST(device("address: 3, table: holding, type: uint16",
                    "address: 4, table: holding, type: float32") ==
             "f:26:78: device.modbus.identity[1].hexadecimal: found it with type float32; expected "
             "hexadecimal for "
             "whole numbers only");
  BOOST_TEST(device("maximum_registers: 60", "maximum_registers: 1")
                 .find("f:21:42: device.modbus.registers[0].type: found a type of 2 registers; "
                       "expected one that a read of "
                       "maximum_registers, 1, can fetch") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_block_of_harmonics_has_registers_and_quantities_of_its_own) {
  const auto block = [](const std::string& a, const std::string& b) {
    const std::string entry =
        "    harmonic_blocks:\n"
        "      - {address: 0x10, table: input, type: float32, quantity: voltage_harmonic, place: "
        "L1, "
        "first_order: 2, last_order: 63, confidence: uncertain, provenance: p}\n";
    return device("    energy_refresh", with(entry, a, b) + "    energy_refresh");
  };
  BOOST_TEST(block("L1", "L2") == "");
  BOOST_TEST(block("voltage_harmonic", "voltage_thd") ==
             "f:28:64: device.modbus.harmonic_blocks[0].quantity: found 'voltage_thd'; expected "
             "voltage_harmonic or current_harmonic");
  BOOST_TEST(block("place: L1", "place: total") ==
             "f:28:89: device.modbus.harmonic_blocks[0].place: found 'total'; expected L1, L2 or "
             "L3");
  BOOST_TEST(block("first_order: 2", "first_order: 63").empty());
  BOOST_TEST(block("last_order: 63", "last_order: 62, scale: 0") ==
             "f:28:132: device.modbus.harmonic_blocks[0].scale: found '0'; expected a number other "
             "than 0");
  BOOST_TEST(block("first_order: 2, last_order: 63", "first_order: 40, last_order: 39") ==
             "f:28:122: device.modbus.harmonic_blocks[0].last_order: found '39'; expected at least "
             "the first_order, 40");
  BOOST_TEST(block("0x10", "4") ==
             "f:28:19: device.modbus.harmonic_blocks[0].address: found '0x0004', inside the "
             "register at 0x0004 in line 23; expected registers that do not overlap");
  BOOST_TEST(block("0x10", "65414") ==
             "f:28:19: device.modbus.harmonic_blocks[0].address: found '0xFF86' for 124 registers; "
             "expected registers up to 0xFFFF");
  BOOST_TEST(block("0x10", "65412") == "");
  // The same orders twice: in a register and in the block.
  BOOST_TEST(device("quantity: power_factor.L1, unit: \"1\"",
                    "quantity: voltage_harmonic_7.L3, unit: \"%\"") == "");
  const std::string both = with(
      with(device_text, "quantity: power_factor.L1, unit: \"1\"",
           "quantity: voltage_harmonic_7.L3, unit: \"%\""),
      "    energy_refresh",
      "    harmonic_blocks:\n"
      "      - {address: 0x10, table: input, type: float32, quantity: voltage_harmonic, place: L3, "
      "first_order: 2, last_order: 63, confidence: uncertain, provenance: p}\n"
      "    energy_refresh");
  BOOST_TEST(findings_of(parse_device(both, "f")) ==
             "f:28:64: device.modbus.harmonic_blocks[0].quantity: found 'voltage_harmonic_7.L3' "
             "again; expected a quantity in one register; the first is in line 22");
}

BOOST_AUTO_TEST_CASE(a_time_table_has_one_tariff_from_a_time_on) {
  const auto table = [](const std::string& switches) {
    return device("  modbus:", "  tariff_switches: " + switches + "\n  modbus:");
  };
  BOOST_TEST(table("[{tariff: 1}, {time: 6 h, tariff: 2}, {time: 22 h, tariff: 1}]") == "");
  BOOST_TEST(table("[{time: 6 h, tariff: 2}, {tariff: 1}, {time: 360 min, tariff: 3}]") ==
             "f:9:58: device.tariff_switches[2]: found 21600 s again; expected one tariff from a "
             "time on; the first is in line 9");
  BOOST_TEST(table("[{time: 24 h, tariff: 1}]").find("tariff_switches[0].time") !=
             std::string::npos);
  BOOST_TEST(table("[{time: 1 h, tariff: 9}]").find("tariff_switches[0].tariff") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_tariff_row_bears_the_name_of_a_requirement) {
  const std::string source = "source: {clause: c, confidence: memory, provenance: p}";
  const auto rows = [&source](const std::string& requirement) {
    return standard("  error_rows:",
                    "  tariff_rows: [{id: T, " + source +
                        ", accuracy_classes: [0.5S], time: 5 s}]\n  requirement_rows: [{id: " +
                        requirement + ", title: t, " + source +
                        ", accuracy_classes: [0.5S], needs: operator, instruction: i}]\n"
                        "  error_rows:");
  };
  BOOST_TEST(rows("T") == "");
  BOOST_TEST(
      rows("R").find("standard.tariff_rows[0].id: found 'T'; expected the id of a requirement "
                     "row, for devices without registers of tariffs") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_twin_states_the_error_of_an_order_once) {
  const auto errors = [](const std::string& list) {
    return twin("  creep_threshold", "  harmonic_errors: " + list + "\n  creep_threshold");
  };
  BOOST_TEST(errors("[{order: 5, gain: 10 %}, {order: 7, gain: -3 %}]") == "");
  BOOST_TEST(errors("[{order: 5, gain: 10 %}, {order: 5, gain: -3 %}]") ==
             "f:6:53: twin.harmonic_errors[1].order: found '5' again; expected an order once");
}

BOOST_AUTO_TEST_CASE(a_twin_has_three_channels_and_rising_transformer_points) {
  BOOST_TEST(twin("voltage: [{}, {}, {gain: 0.1 %}]", "voltage: [{}, {}]") ==
             "f:12:14: twin.front_end.voltage: found 2 entries; expected three: L1, L2, L3");
  BOOST_TEST(twin("current: [{}, {}, {}]", "current: [{}, {}, {}, {}]") ==
             "f:13:14: twin.front_end.current: found 4 entries; expected three: L1, L2, L3");
  BOOST_TEST(twin("current: 5 A", "current: 50 mA") ==
             "f:16:19: twin.front_end.current_transformer[1].current: found 0.05 A; expected more "
             "than the point "
             "before it, 0.05 A");
  for (const char* number : {"4294967296", "-1", "1.5", "0x12", "12 "}) {
    BOOST_TEST(twin("12345678", number) == "f:4:18: twin.serial_number: found '" +
                                               std::string(number) +
                                               "'; expected decimal digits, up to 4294967295");
  }
  BOOST_TEST(twin("\"12345678\"", "\"4294967295\"") == "");
  BOOST_TEST(
      twin("\"01aF\"", "\"1aF\"") ==
      "f:5:13: twin.firmware: found '1aF'; expected four hexadecimal digits, such as '0104'");
  BOOST_TEST(twin("\"01aF\"", "\"01aG\"") != "");
}

BOOST_AUTO_TEST_CASE(a_twin_has_one_kind_of_current_sensor_and_what_belongs_to_it) {
  const std::string table = twin_text.substr(twin_text.find("    current_transformer:"));
  const std::string core =
      "    transformer_core: {ratio: 2000, winding_resistance: 40, magnetisation: "
      "[{flux: 0.05, current: 5 uA}, {flux: 0.06, current: 5 mA}]}\n";
  const std::string coil =
      "    rogowski_coil: {mutual_inductance: 0.3e-6, integrator_corner: 1 Hz}\n";
  BOOST_TEST(twin(table, core + "    burden: 20\n") == "");
  BOOST_TEST(twin(table, coil) == "");
  BOOST_TEST(twin(table, table + core) ==
             "f:17:23: twin.front_end.transformer_core: found a core beside current_transformer; "
             "expected one or the other");
  BOOST_TEST(twin(table, coil + core) ==
             "f:14:20: twin.front_end.rogowski_coil: found a coil beside a current transformer; "
             "expected one or the other");
  BOOST_TEST(twin(table, coil + "    burden: 20\n") ==
             "f:15:13: twin.front_end.burden: found a burden without a current transformer; "
             "expected current_transformer or transformer_core beside it");
  BOOST_TEST(twin("phase_error: 0 deg}\n      - {current: 5 A",
                  "phase_error: 0 deg, burden: 2}"
                  "\n      - {burden: 4, current: 5 mA") == "");
  BOOST_TEST(twin("phase_error: 0 deg}\n      - {current: 5 A",
                  "phase_error: 0 deg, burden: 2}"
                  "\n      - {burden: 1, current: 5 A") ==
             "f:16:9: twin.front_end.current_transformer[1]: found 1 ohm; expected a burden of at "
             "least that of the point before it, 2 ohm");
  BOOST_TEST(twin(table, with(core, "0.06", "0.05"))
                 .find("transformer_core.magnetisation[1].flux: found 0.05; expected more than the "
                       "point before it, 0.05") != std::string::npos);
  BOOST_TEST(twin(table, with(core, "5 mA", "5 uA"))
                 .find("transformer_core.magnetisation[1].current: found ") != std::string::npos);
  BOOST_TEST(
      twin("voltage: [{}, {}, {gain: 0.1 %}]", "voltage: [{}, {}, {flicker_corner: 5 Hz}]") ==
      "f:12:40: twin.front_end.voltage[2].flicker_corner: found a corner of noise that there "
      "is not; expected noise beside it");
  BOOST_TEST(twin("voltage: [{}, {}, {gain: 0.1 %}]",
                  "voltage: [{}, {}, {flicker_corner: 5 Hz, noise: 1 ppm}]") == "");
}

BOOST_AUTO_TEST_CASE(numbers_of_a_front_end_have_units_and_ranges) {
  const std::string place = "    adc_bits: 22\n";
  const auto beside = [&](const std::string& line) {
    return twin(place, place + "    " + line + "\n");
  };
  for (const char* good :
       {"temperature: -25 degC", "clock_drift: 0.1 ppm", "aperture_jitter: 0.3 ns",
        "anti_alias_filter: {order: 2, corner: 5 kHz}",
        "voltage_divider: {ratio_error: 0.1 %, time_constant: 3 us}"})
    BOOST_TEST(beside(good) == "");
  for (const char* bad :
       {"temperature: 300 degC", "temperature: 23", "clock_drift: 1 %", "aperture_jitter: 1 ms",
        "aperture_jitter: -1 ns", "anti_alias_filter: {order: 9, corner: 5 kHz}",
        "anti_alias_filter: {order: 2}", "anti_alias_filter: {order: 2, corner: 5}",
        "voltage_divider: {time_constant: 1 s}", "rogowski_coil: {mutual_inductance: 1e-6}",
        "rogowski_coil: {mutual_inductance: 0, integrator_corner: 1 Hz}",
        "transformer_core: {ratio: 0, winding_resistance: 1, magnetisation: []}", "burden: -1"})
    BOOST_TEST(beside(bad) != "", bad);
  for (const char* bad : {"gain_drift: 1 %", "offset_drift: 1 %", "skew: 1 s", "skew: 5",
                          "flicker_corner: -1 Hz", "shaped_noise: 20 %"})
    BOOST_TEST(twin("gain: 0.1 %", bad) != "", bad);
  for (const char* good :
       {"gain_drift: 20 ppm", "offset_drift: -1 ppm", "skew: -7 us", "shaped_noise: 3 ppm"})
    BOOST_TEST(twin("gain: 0.1 %", good) == "");
}

BOOST_AUTO_TEST_CASE(a_twin_fits_its_device) {
  const auto profile = parse_device(device_text, "d").value();
  const auto findings = [&](const std::string& a, const std::string& b) {
    return to_string(check_twin(parse_twin(with(twin_text, a, b), "f").value(), profile));
  };
  BOOST_TEST(findings("device: dev", "device: dev") == "");
  BOOST_TEST(findings("device: dev", "device: other") ==
             "f:3:11: twin.device: found 'other'; expected dev, the device given");
  // sqrt(2) 6 A = 8.48528 A, sqrt(2) 1.1 230 V = 357.796 V
  BOOST_TEST(findings("25 A", "8.48 A") ==
             "f:11:25: twin.front_end.current_full_scale: found 8.48 A; expected at least the peak "
             "of Imax, 8.48528 A");
  BOOST_TEST(findings("25 A", "8.49 A") == "");
  BOOST_TEST(findings("500 V", "357 V") ==
             "f:10:25: twin.front_end.voltage_full_scale: found 357 V; expected at least the peak "
             "of 1.1 Un, 357.796 V");
}

BOOST_AUTO_TEST_CASE(a_scenario_has_one_to_three_channels_with_an_order_once) {
  BOOST_TEST(scenario("    - {}\n", "    - {}\n    - {}\n") ==
             "f:8:7: scenario.voltage[3]: found 4 entries; expected at most three: L1, L2, L3");
  BOOST_TEST(scenario("order: 3", "order: 1") ==
             "f:5:52: scenario.voltage[0].components[1].order: found order 1 again; expected an "
             "order once in a "
             "channel; the first is in line 5");
  BOOST_TEST(findings_of(parse_scenario("scenario: {id: x, frequency: 50 Hz}", "f")) ==
             "f:1:11: scenario: found neither voltage nor current; expected at least one of them");
}

BOOST_AUTO_TEST_CASE(a_bench_reaches_every_device_once_and_only_on_this_machine) {
  BOOST_TEST(bench("unit: 2", "unit: 1") ==
             "f:7:115: bench.positions[1].modbus_rtu.unit: found unit 1 on p again; expected one "
             "position for a "
             "device; the first is in line 6");
  BOOST_TEST(bench("terminals: \"unix:c\", ", "") ==
             "f:8:7: bench.positions[2].terminals: found nothing; expected the terminals of the "
             "simulated device, "
             "such as unix:.run/device.sock");
  for (const char* address : {"unix:", "0.0.0.0:99", "example.org:99", "a", "/tmp/x", "unix"})
    BOOST_TEST(bench("unix:c", address) == "f:8:26: bench.positions[2].terminals: found '" +
                                               std::string(address) +
                                               "'; expected unix:PATH or 127.0.0.1:PORT");
  BOOST_TEST(bench("unix:c", "unix:a") ==
             "f:8:26: bench.positions[2].terminals: found 'unix:a' again; expected terminals of "
             "one position; the "
             "first is in line 6");
}

BOOST_AUTO_TEST_CASE(a_bench_drives_the_device_as_that_allows) {
  const auto profile = parse_device(device_text, "d").value();
  const auto findings = [](const std::string& a, const std::string& b,
                           const Loaded<v1::DeviceFile>& of) {
    return to_string(check_bench(parse_bench(with(bench_text, a, b), "f").value(), of));
  };
  BOOST_TEST(findings("id: b", "id: b", profile) == "");
  BOOST_TEST(findings("baud_rate: 9600, parity: none, stop_bits: 1, unit: 2",
                      "baud_rate: 19200, parity: none, stop_bits: 1, unit: 101", profile) ==
             "f:7:75: bench.positions[1].modbus_rtu.baud_rate: found '19200'; expected a baud rate "
             "of dev: one of "
             "2400, 9600\n"
             "f:7:116: bench.positions[1].modbus_rtu.unit: found '101'; expected a unit that dev "
             "can have, from 1 to "
             "100");
  const std::string without = device_text.substr(0, device_text.find("  modbus:"));
  BOOST_TEST(findings("id: b", "id: b", parse_device(without, "d").value())
                 .starts_with("f:6:48: bench.positions[0].modbus_rtu: found a Modbus link; "
                              "expected a link that dev "
                              "has\n"));
}

BOOST_AUTO_TEST_CASE(a_date_of_receipt_exists) {
  for (const char* date :
       {"2023-02-29", "2024-13-01", "2024-00-10", "29.02.2024", "2024-2-29", "today", "2024-02-2x"})
    BOOST_TEST(order("2024-02-29", date) == "f:6:56: order.sample.received: found '" +
                                                std::string(date) +
                                                "'; expected a date as YYYY-MM-DD");
}

BOOST_AUTO_TEST_SUITE_END()
