// SPDX-License-Identifier: GPL-3.0-or-later
// What the walk itself refuses, with the exact line, column and text.
#include "meterrig/loader/load.h"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "findings_of.h"
#include "meterrig/v1/options.pb.h"

using namespace meterrig;
using namespace meterrig::loader;
namespace fs = std::filesystem;

namespace {

const std::string good_suite = R"(suite:
  id: s
  title: A suite
  standard: 2020
  accuracy_class: 0.5S
  decision_rule: {kind: simple_acceptance}
  methods: [pulses]
  settle: 2 s
  minimum_duration: 10 s
  maximum_duration: 30 min
  tests:
    - id: no-load
      title: No load
      no_load: {row: NL}
)";

// The suite with one piece of its text replaced.
std::string suite_with(const std::string& old_text, const std::string& new_text) {
  std::string text = good_suite;
  const std::size_t at = text.find(old_text);
  BOOST_REQUIRE(at != std::string::npos);
  return text.replace(at, old_text.size(), new_text);
}

std::string findings_with(const std::string& old_text, const std::string& new_text) {
  return findings_of(parse_suite(suite_with(old_text, new_text), "f"));
}

const std::string settle_wants =
    "expected a duration as a number with one of the units ns, us, ms, s, min, h, at least 0 s and "
    "at most "
    "3600 s (wait after each change of the operating point)";
const std::string test_wants =
    "exactly one of intrinsic_error, load_difference, starting, no_load, meter_constant, replay, "
    "composite_error, quantity_error, influence, repeatability, start_up, self_heating, tariff, "
    "requirement";

}  // namespace

BOOST_AUTO_TEST_SUITE(loader)

BOOST_AUTO_TEST_CASE(a_right_file_becomes_its_message_in_the_units_of_the_kinds) {
  const auto loaded = parse_suite(good_suite, "s.yaml");
  BOOST_TEST(findings_of(loaded) == "");
  BOOST_REQUIRE(loaded.has_value());
  const v1::Suite& suite = loaded->message.suite();
  BOOST_TEST(suite.standard() == "2020");  // a plain scalar stays the text it is
  BOOST_TEST(suite.accuracy_class() == "0.5S");
  BOOST_TEST(suite.settle() == 2.0);
  BOOST_TEST(suite.maximum_duration() == 1800.0);
  BOOST_TEST(suite.methods(0) == v1::METHOD_PULSES);
  BOOST_TEST(suite.decision_rule().kind() == v1::DECISION_RULE_KIND_SIMPLE_ACCEPTANCE);
  BOOST_TEST(!suite.decision_rule().has_guard_factor());
  BOOST_TEST(suite.tests(0).no_load().row() == "NL");
  BOOST_TEST(loaded->bytes == good_suite);
  BOOST_TEST(loaded->path == "s.yaml");
}

BOOST_AUTO_TEST_CASE(many_mistakes_of_one_file_are_found_at_once_each_with_its_place) {
  const std::string yaml = R"(suite:
  id: bad suite
  titel: Wrong key
  standard: one
  standard: again
  accuracy_class: 0.5S
  decision_rule:
    kind: simpel
    guard_factor: 9
    maximum_uncertainty_ratio: 0.2 %
  methods: pulses
  settle: 5 V
  minimum_duration: 20
  maximum_duration: 48 h
  tests:
    - id: a
      title: [x]
      starting: {row: ST, directions: [import, sideways, IMPORT]}
      no_load: {row: NL}
    - id: a
      title: é, then an error
    - id: c
      title:
      intrinsic_error:
        rows: []
        load: balanced
        directions: [import]
        currents: [5 A, -1 In, Imax, 1 Imax]
        power_factors: ["1", 0.5, 1i, 1.2c]
        duration: many s
    - {id: d, title: é, meter_constant: {row: R, direction: 3}}
    - [e]
)";
  const std::string level =
      "expected a multiple of In, Imax, Itr, Imin or Ist, above 0 and at most 10000, such as '0.05 "
      "In' or 'Imax'\n";
  const std::string factor =
      "expected a power factor: 1, or a number between 0 and 1 with i for inductive or c for "
      "capacitive, "
      "such as '0.5i'\n";
  const std::string expected =
      "f:2:3: suite.title: found nothing; expected text\n"
      "f:2:7: suite.id: found 'bad suite'; expected a name of the letters a-z and A-Z, digits, "
      "'-', '_' and "
      "'.', starting with a letter, a digit or '_'\n"
      "f:3:3: suite: found the unknown key 'titel'; expected one of id, title, standard, "
      "accuracy_class, "
      "decision_rule, methods, settle, minimum_duration, maximum_duration, tests, "
      "sequential, conditioning, includes\n"
      "f:5:3: suite.standard: found the key again; expected it once; the first is in line 4\n"
      "f:8:11: suite.decision_rule.kind: found 'simpel'; expected one of simple_acceptance, "
      "guarded, "
      "non_binary, r46_one_fifth, r46_one_third, guarded_standard, fraction\n"
      "f:9:19: suite.decision_rule.guard_factor: found '9'; expected a plain number, at least -5 "
      "and at most 5 "
      "(guard band as a multiple of U, or of u with guarded_standard)\n"
      "f:10:32: suite.decision_rule.maximum_uncertainty_ratio: found '0.2 %' (has '%' after the "
      "number); "
      "expected a plain number, at least 0.01 and at most 1 (greatest U / L of a valid point)\n"
      "f:11:12: suite.methods: found 'pulses'; expected a list, each entry one of pulses, "
      "register_advance, "
      "instantaneous (allowed ways to find an error, preferred first)\n"
      "f:12:11: suite.settle: found '5 V' (is in V, a unit of voltage); " +
      settle_wants +
      "\n"
      "f:13:21: suite.minimum_duration: found '20' (has no unit); expected a duration as a number "
      "with one of "
      "the units ns, us, ms, s, min, h, at least 0.1 s and at most 3600 s (least measuring time of "
      "an error)\n"
      "f:14:21: suite.maximum_duration: found '48 h'; expected a duration as a number with one of "
      "the units ns, "
      "us, ms, s, min, h, at least 1 s and at most 86400 s (a method that needs longer is "
      "refused)\n"
      "f:17:14: suite.tests[0].title: found a list; expected text\n"
      "f:18:48: suite.tests[0].starting.directions[1]: found 'sideways'; expected one of import, "
      "export\n"
      "f:18:58: suite.tests[0].starting.directions[2]: found 'import' again; expected it once in "
      "the list; the "
      "first is in line 18\n"
      "f:19:7: suite.tests[0].no_load: found it beside starting; expected " +
      test_wants +
      "\n"
      "f:20:7: suite.tests[1]: found none of intrinsic_error, load_difference, starting, no_load, "
      "meter_constant, replay, composite_error, quantity_error, influence, repeatability, "
      "start_up, self_heating, tariff, requirement; expected "
      "exactly one of "
      "them\n"
      "f:20:11: suite.tests[1].id: found 'a' again; expected it once in the list; the first is in "
      "line 16\n"
      "f:23:7: suite.tests[2].title: found nothing; expected text\n"
      "f:25:15: suite.tests[2].intrinsic_error.rows: found an empty list; expected from 1 to 10000 "
      "entries, "
      "each text (error rows that give the limits)\n"
      "f:28:20: suite.tests[2].intrinsic_error.currents[0]: found '5 A'; " +
      level + "f:28:25: suite.tests[2].intrinsic_error.currents[1]: found '-1 In'; " + level +
      "f:28:38: suite.tests[2].intrinsic_error.currents[3]: found 'Imax' again; expected it once "
      "in the list; "
      "the first is in line 28\n"
      "f:29:30: suite.tests[2].intrinsic_error.power_factors[1]: found '0.5'; " +
      factor + "f:29:35: suite.tests[2].intrinsic_error.power_factors[2]: found '1i'; " + factor +
      "f:29:39: suite.tests[2].intrinsic_error.power_factors[3]: found '1.2c'; " + factor +
      "f:30:19: suite.tests[2].intrinsic_error.duration: found 'many s' (is not a number); "
      "expected a duration "
      "as a number with one of the units ns, us, ms, s, min, h, at least 0.1 s and at most 86400 s "
      "(fixed "
      "measuring time; refused when the method cannot resolve the limit in it)\n"
      "f:31:61: suite.tests[3].meter_constant.direction: found '3'; expected one of import, "
      "export\n"
      "f:32:7: suite.tests[4]: found a list; expected a mapping with the keys id, title, "
      "intrinsic_error, "
      "load_difference, starting, no_load, meter_constant, replay, composite_error, "
      "quantity_error, influence, repeatability, start_up, self_heating, tariff, requirement";
  BOOST_TEST(findings_of(parse_suite(yaml, "f")) == expected);
}

BOOST_AUTO_TEST_CASE(a_finding_carries_its_parts) {
  const auto result = parse_suite(suite_with("settle: 2 s", "settle: 2 V"), "dir/f.yaml");
  BOOST_REQUIRE(!result.has_value());
  BOOST_REQUIRE(result.error().size() == 1U);
  const Finding& finding = result.error().front();
  BOOST_TEST(finding.file == "dir/f.yaml");
  BOOST_TEST(finding.line == 8);
  BOOST_TEST(finding.column == 11);
  BOOST_TEST(finding.where == "suite.settle");
  BOOST_TEST(finding.found == "'2 V' (is in V, a unit of voltage)");
  BOOST_TEST("expected " + finding.expected == settle_wants);
}

BOOST_AUTO_TEST_CASE(every_required_field_that_is_missing_is_named) {
  BOOST_TEST(findings_of(parse_order("order:\n  place: here\n", "f")) ==
             "f:2:3: order.report_id: found nothing; expected text\n"
             "f:2:3: order.laboratory: found nothing; expected a mapping\n"
             "f:2:3: order.customer: found nothing; expected a mapping\n"
             "f:2:3: order.sample: found nothing; expected a mapping\n"
             "f:2:3: order.operator: found nothing; expected text\n"
             "f:2:3: order.approver: found nothing; expected text");
  BOOST_TEST(
      findings_of(parse_order("order:\n", "f")) ==
      "f:1:1: order: found nothing; expected a mapping with the keys report_id, laboratory, place, "
      "customer, sample, operator, approver");
  BOOST_TEST(findings_of(parse_order("ordre: {}\n", "f")) ==
             "f:1:1: found the unknown key 'ordre'; expected one of order\n"
             "f:1:1: order: found nothing; expected a mapping");
}

// Each text takes the place of "settle: 2 s"; one wrong thing gives exactly one finding.
BOOST_AUTO_TEST_CASE(no_wrong_duration_passes) {
  for (const char* text :
       {"2",      "2 V",   "2s s",  "s",      "'2'",   "-1 s",  "1e9 s", "3601 s",
        "nan s",  "inf s", "2,5 s", "0x10 s", "2 S",   "2 sec", "true",  "[2 s]",
        "{s: 2}", "",      "~",     "null",   "2 s s", "1_0 s"}) {
    const auto result = parse_suite(suite_with("settle: 2 s", "settle: " + std::string(text)), "f");
    BOOST_REQUIRE_MESSAGE(!result.has_value(), text);
    BOOST_TEST(result.error().size() == 1U, text << "\n" << to_string(result.error()));
    BOOST_TEST(result.error().front().where == "suite.settle", text);
    BOOST_TEST(result.error().front().line == 8, text);
  }
  for (const char* text :
       {"0 s", "3600 s", "2000 ms", "'2 s'", "\"2 s\"", "+2 s", "1 min", "2.5e0 s", "1h"})
    BOOST_TEST(findings_with("settle: 2 s", "settle: " + std::string(text)) == "", text);
}

BOOST_AUTO_TEST_CASE(no_wrong_whole_number_or_truth_value_passes) {
  const std::string bench = R"(bench:
  id: b
  title: B
  simulated: {sample_rate: 8 kHz, reference_uncertainty: 5 ppm, timestamp_uncertainty: 0 s}
  positions:
    - {id: 1, terminals: "unix:x", modbus_rtu: {port: p, baud_rate: 9600, parity: Even, stop_bits: 1, unit: UNIT}}
  link_policy: {answer_timeout: 1 s, retries: 0}
)";
  const auto findings = [&](const std::string& unit) {
    std::string text = bench;
    return findings_of(parse_bench(text.replace(text.find("UNIT"), 4, unit), "f"));
  };
  for (const char* text :
       {"0",          "248",        "-1",   "1.0", "1e1", "'1'", "01",
        "0x",         "0xG",        "+1",   "1 1", "0b1", "1_0", "99999999999999999999",
        "4294967297", "2147483648", "true", "[]",  "~",   "0o7", "--1"})
    BOOST_TEST(findings(text).starts_with("f:6:10"), text << ": " << findings(text));
  for (const char* text : {"1", "247", "0x10"}) BOOST_TEST(findings(text) == "", text);
  BOOST_TEST(findings("248") ==
             "f:6:109: bench.positions[0].modbus_rtu.unit: found '248'; expected a whole number, "
             "at least 1 and at "
             "most 247");
  const std::string truth = "device:\n  ratings:\n    transformer_operated: ";
  for (const char* text : {"yes", "True", "1", "on", "'true'", "\"false\"", "~", "[true]"})
    BOOST_TEST(findings_of(parse_device(truth + text, "f")).find("f:3:") != std::string::npos,
               text);
  BOOST_TEST(findings_of(parse_device(truth + "'true'", "f"))
                 .find("f:3:27: device.ratings.transformer_operated: found 'true' in quotes; "
                       "expected true or "
                       "false (operated through current transformers)") != std::string::npos);
  for (const char* text : {"true", "false"})
    BOOST_TEST(findings_of(parse_device(truth + text, "f")).find("transformer_operated") ==
                   std::string::npos,
               text);
}

BOOST_AUTO_TEST_CASE(words_are_read_in_any_case_and_listed_when_unknown) {
  BOOST_TEST(findings_with("[pulses]", "[Pulses, REGISTER_ADVANCE]") == "");
  BOOST_TEST(
      findings_with("[pulses]", "[unspecified]") ==
      "f:7:13: suite.methods[0]: found 'unspecified'; expected one of pulses, register_advance, "
      "instantaneous (allowed ways to find an error, preferred first)");
  BOOST_TEST(findings_with("[pulses]", "[METHOD_PULSES]") != "");
  BOOST_TEST(findings_with("[pulses]", "[1]") != "");
  const auto connection = [](const std::string& text) {
    return findings_of(parse_device("device: {ratings: {connection: " + text + "}}", "f"));
  };
  BOOST_TEST(connection("3P4W").find("connection") == std::string::npos);
  BOOST_TEST(connection("3p3w").find("connection") == std::string::npos);
  BOOST_TEST(connection("3P5W").find(
                 "f:1:32: device.ratings.connection: found '3P5W'; expected one of 1p2w, "
                 "3p3w, 3p4w") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(anchors_aliases_tags_directives_and_further_documents_are_refused_once_each) {
  BOOST_TEST(findings_with("title: A suite", "title: &t A suite") ==
             "f:3:10: found the anchor '&t'; expected no anchors: every value written out");
  BOOST_TEST(findings_of(parse_suite(
                 suite_with("title: No load", "title: *t").replace(11, 4, "&t x\n"), "f")) != "");
  BOOST_TEST(findings_with("settle: 2 s\n  minimum_duration: 10 s",
                           "settle: &d 2 s\n  minimum_duration: *d") ==
             "f:8:11: found the anchor '&d'; expected no anchors: every value written out\n"
             "f:9:21: found an alias; expected no aliases: every value written out");
  BOOST_TEST(findings_with("title: A suite", "title: !!str A suite") ==
             "f:3:10: found the tag 'tag:yaml.org,2002:str'; expected no tags: the field says what "
             "a value is");
  BOOST_TEST(findings_of(parse_suite("# x\n\n%FOO bar\n---\n" + good_suite, "f")) ==
             "f:3:1: found a YAML directive; expected none: the document alone");
  BOOST_TEST(findings_of(parse_suite("# x\n---\n" + good_suite, "f")) == "");
  BOOST_TEST(findings_of(parse_suite(good_suite + "---\n" + good_suite, "f"))
                 .find("found a second document") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_is_not_yaml_is_a_finding_with_its_place) {
  BOOST_TEST(findings_of(parse_suite("suite:\n  id: [a\n  b: c\n", "f")) ==
             "f:3:4: found what is not YAML: end of sequence flow not found; expected YAML");
  // yaml-cpp would take the rest of the file for the text.
  BOOST_TEST(
      findings_with("no_load: {row: NL}", "no_load:\n        row: \"NL") ==
      "f:15:14: found a quote that is not closed; expected the same quote at the end of the text");
  BOOST_TEST(
      findings_with("no_load: {row: NL}", "no_load:\n        row: 'it''s") ==
      "f:15:14: found a quote that is not closed; expected the same quote at the end of the text");
  BOOST_TEST(findings_with("no_load: {row: NL}", R"(no_load: {row: "N\"L"})") == "");
  BOOST_TEST(findings_with("no_load: {row: NL}", "no_load: {row: 'it''s'}") == "");
  BOOST_TEST(findings_of(parse_suite("suite:\n\tid: x\n", "f")).starts_with("f:2:"));
  BOOST_TEST(
      findings_of(parse_suite("a: b: c\n", "f")).starts_with("f:1:5: found what is not YAML: "));
  BOOST_TEST(findings_of(parse_suite("", "f")) ==
             "f:1:1: found an empty file; expected a YAML document");
  BOOST_TEST(findings_of(parse_suite("# only a comment\n", "f")) ==
             "f:1:1: found an empty file; expected a YAML document");
  BOOST_TEST(findings_of(parse_suite("just text", "f")) ==
             "f:1:1: found 'just text'; expected a mapping with the keys suite");
  BOOST_TEST(findings_of(parse_suite(good_suite + "]\n", "f")) != "");
  BOOST_TEST(findings_of(parse_suite(good_suite + "trailing\n", "f")) != "");
  BOOST_TEST(findings_of(parse_suite(good_suite + "...\ntrailing\n", "f")) != "");
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_text_are_refused) {
  const std::string expected = "; expected UTF-8 text without control characters";
  const auto at_title = [](const std::string& bytes) {
    return findings_with("A suite", "é" + bytes);
  };
  BOOST_TEST(at_title(std::string("\0", 1)) == "f:3:11: found the byte 0x00" + expected);
  BOOST_TEST(at_title("\x1b[31m") == "f:3:11: found the byte 0x1b" + expected);
  BOOST_TEST(at_title("\xff") == "f:3:11: found the byte 0xff" + expected);
  BOOST_TEST(at_title("\xc0\xaf") == "f:3:11: found the byte 0xc0" + expected);      // overlong
  BOOST_TEST(at_title("\xed\xa0\x80") == "f:3:11: found the byte 0xed" + expected);  // surrogate
  BOOST_TEST(at_title("\xf4\x90\x80\x80") ==
             "f:3:11: found the byte 0xf4" + expected);                          // beyond U+10FFFF
  BOOST_TEST(at_title("\xe2\x82") == "f:3:11: found the byte 0xe2" + expected);  // cut short
  BOOST_TEST(at_title("\rx") == "f:3:11: found the byte 0x0d" + expected);
  BOOST_TEST(at_title("\xe2\x82\xac \xf0\x9f\x98\x80") == "");
  BOOST_TEST(findings_of(parse_suite("\xEF\xBB\xBF" + good_suite, "f")) == "");
}

BOOST_AUTO_TEST_CASE(lines_may_end_like_those_of_dos) {
  std::string text;
  for (const char c : suite_with("settle: 2 s", "settle: 2 V"))
    text += c == '\n' ? "\r\n" : std::string(1, c);
  BOOST_TEST(findings_of(parse_suite(text, "f"))
                 .starts_with("f:8:11: suite.settle: found '2 V' (is in V"));
}

BOOST_AUTO_TEST_CASE(escapes_in_quoted_text_do_not_reach_the_terminal) {
  BOOST_TEST(findings_with("id: s", R"(id: "a\e[31m\nb")")
                 .starts_with("f:2:7: suite.id: found 'a\\x1b[31m\\nb'; "));
  // Cut after 60 bytes, never inside a character.
  const std::string ten = "éééééééééé";
  BOOST_TEST(findings_with("id: s", "id: x" + ten + ten + ten + ten)
                 .starts_with("f:2:7: suite.id: found 'x" + ten + ten + "ééééééééé...'; "));
}

BOOST_AUTO_TEST_CASE(a_file_too_large_too_deep_or_too_wrong_ends_early) {
  BOOST_TEST(findings_of(parse_suite(std::string(4 * 1024 * 1024 + 1, '#'), "f")) ==
             "f: found more than 4 MiB; expected a file of at most 4 MiB");
  BOOST_TEST(findings_of(parse_suite(std::string(40, '[') + std::string(40, ']'), "f")) ==
             "f:1:33: found more than 32 levels of nesting; expected fewer");
  BOOST_TEST(findings_of(parse_suite(std::string(100000, '['), "f")) != "");
  std::string many = "suite:\n";
  for (int i = 0; i < 5000; ++i) many += "  k" + std::to_string(i) + ": 1\n";
  const auto result = parse_suite(many, "f");
  BOOST_REQUIRE(!result.has_value());
  BOOST_TEST(result.error().size() == 1001U);
  BOOST_TEST(to_string(result.error().back()) ==
             "f: found 1000 errors or more; expected none; the rest is not listed");
  std::string values = "suite: [";
  for (int i = 0; i < 200001; ++i) values += "1,";
  BOOST_TEST(findings_of(parse_suite(values + "]", "f"))
                 .find("found more than 200000 values; expected a smaller file") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_read_is_a_finding) {
  const fs::path folder =
      fs::temp_directory_path() / ("meterrig-loader-" + std::to_string(std::random_device{}()));
  fs::create_directory(folder);
  const auto remove = [](const fs::path* path) { fs::remove_all(*path); };
  const std::unique_ptr<const fs::path, decltype(remove)> cleaner(&folder, remove);

  const std::string missing = (folder / "missing.yaml").string();
  BOOST_TEST(findings_of(load_suite(missing)) ==
             missing + ": found No such file or directory; expected a YAML file that can be read");
  BOOST_TEST(findings_of(load_suite(folder)) ==
             folder.string() + ": found a folder; expected a YAML file that can be read");
  const fs::path file = folder / "s.yaml";
  std::ofstream(file) << good_suite;
  const auto loaded = load_suite(file);
  BOOST_TEST(findings_of(loaded) == "");
  BOOST_REQUIRE(loaded.has_value());
  BOOST_TEST(loaded->bytes == good_suite);
  BOOST_TEST(loaded->path == file.string());
}

BOOST_AUTO_TEST_CASE(a_later_check_can_still_point_at_the_line) {
  const auto loaded = parse_suite(good_suite, "f");
  BOOST_REQUIRE(loaded.has_value());
  BOOST_TEST(to_string(loaded->locations.finding("suite.tests[0].no_load.row", "'NL'", "a row")) ==
             "f:14:22: suite.tests[0].no_load.row: found 'NL'; expected a row");
  // A field that the file lacks is looked for at its nearest parent.
  const Finding absent = loaded->locations.finding("suite.tests[0].no_load.rows[3].x", "", "");
  BOOST_TEST(absent.line == 14);
  BOOST_TEST(absent.column == 16);
  BOOST_TEST(loaded->locations.finding("nothing.like.it", "", "").line == 1);
  BOOST_TEST(loaded->locations.has("suite.settle"));
  BOOST_TEST(!loaded->locations.has("suite.settled"));
}

BOOST_AUTO_TEST_CASE(a_cut_file_is_never_read_as_a_shorter_one) {
  // Any prefix of a right file is a right file only when it ends where a later one may be left out.
  for (std::size_t length = 0; length < good_suite.find("no_load: {row: NL}") + 18; ++length)
    BOOST_TEST(!parse_suite(good_suite.substr(0, length), "f").has_value(), length);
}

// A field of another type would make every file that has it wrong.
BOOST_AUTO_TEST_CASE(messages_of_files_use_only_what_the_walk_can_fill) {
  using Field = google::protobuf::FieldDescriptor;
  std::set<const google::protobuf::Descriptor*> seen;
  std::vector<const google::protobuf::Descriptor*> open{
      v1::StandardFile::descriptor(), v1::SuiteFile::descriptor(),    v1::DeviceFile::descriptor(),
      v1::TwinFile::descriptor(),     v1::ScenarioFile::descriptor(), v1::BenchFile::descriptor(),
      v1::OrderFile::descriptor()};
  while (!open.empty()) {
    const google::protobuf::Descriptor& type = *open.back();
    open.pop_back();
    if (!seen.insert(&type).second) continue;
    for (int i = 0; i < type.field_count(); ++i) {
      const Field& field = *type.field(i);
      const v1::Rule& rule = field.options().GetExtension(v1::rule);
      switch (field.cpp_type()) {
        case Field::CPPTYPE_MESSAGE:
          open.push_back(field.message_type());
          break;
        case Field::CPPTYPE_ENUM:
          BOOST_TEST(field.enum_type()->value(0)->name().ends_with("_UNSPECIFIED"),
                     field.full_name());
          break;
        case Field::CPPTYPE_DOUBLE:
        case Field::CPPTYPE_INT32:
        case Field::CPPTYPE_UINT64:
        case Field::CPPTYPE_BOOL:
        case Field::CPPTYPE_STRING:
          break;
        default:
          BOOST_ERROR(field.full_name());
          break;
      }
      const bool number =
          field.cpp_type() == Field::CPPTYPE_DOUBLE || field.cpp_type() == Field::CPPTYPE_INT32;
      BOOST_TEST((number || (!rule.has_minimum() && !rule.has_maximum())), field.full_name());
      BOOST_TEST((field.cpp_type() == Field::CPPTYPE_DOUBLE ||
                  rule.quantity() == v1::QUANTITY_KIND_UNSPECIFIED),
                 field.full_name());
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
