// SPDX-License-Identifier: GPL-3.0-or-later
// Command files: what is read, what is refused and where.
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <string>

#include "findings_of.h"
#include "meterrig/loader/instrument_mapping.h"
#include "meterrig/loader/load.h"

using namespace meterrig;
using namespace meterrig::loader;
namespace fs = std::filesystem;

namespace {

const fs::path instruments = fs::path(METERRIG_PROJECT_SOURCE_DIR) / "generators/scpi/instruments";

const std::string small = R"(instrument:
  id: small
  title: A small source
  role: three_phase_source
  confidence: uncertain
  provenance: a test
  conversation: {line_end: lf, answer_timeout: 1 s, tcp: {port: 5025}}
  errors: {query: "ERR?", none: "0,{*}"}
  watchdog: {command: "WDOG 5", interval: 5 s}
  parameters:
    - {name: voltage, unit: mV, decimals: 1, minimum: 0 V, maximum: 300 V, tolerance: 10 mV, relative_tolerance: 0.1 %}
    - {name: current, unit: A, decimals: 3, minimum: 0 A, maximum: 10 A, ranges: [1 A, 10 A], scale: -1}
    - {name: frequency, unit: Hz, decimals: 2, minimum: 45 Hz, maximum: 65 Hz}
    - {name: output, words: [{word: "on", text: "1"}, {word: "off", text: "0"}]}
  actions:
    - name: apply
      settle: 500 ms
      steps:
        - {send: "RANG {current.L1:range}"}
        - {send: "SET {voltage.L1},{current.L1},{frequency}"}
    - name: read_back
      measured: true
      steps:
        - {ask: "GET?", reply: "{output} {voltage.L1},{current.L1},{frequency},{*}"}
    - name: "off"
      steps:
        - {send: "OFF"}
)";

// The findings of the small file with one piece of its text replaced.
std::string findings(const std::string& piece, const std::string& by) {
  std::string text = small;
  const std::size_t at = text.find(piece);
  BOOST_REQUIRE_MESSAGE(at != std::string::npos, piece);
  return findings_of(parse_instrument(text.replace(at, piece.size(), by), "f"));
}

void refused(const std::string& piece, const std::string& by, const std::string& part) {
  const std::string found = findings(piece, by);
  BOOST_TEST(found.find(part) != std::string::npos, found + "\nshould say " + part);
  // One mistake, one finding.
  BOOST_TEST(found.find('\n') == std::string::npos, found);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(instrument_file)

BOOST_AUTO_TEST_CASE(a_command_file_becomes_what_a_driver_works_with) {
  const auto loaded = parse_instrument(small, "f");
  BOOST_TEST(findings_of(loaded) == "");
  BOOST_REQUIRE(loaded.has_value());
  const auto file = command_file_from(loaded->message.instrument());
  BOOST_REQUIRE(file.has_value());
  BOOST_TEST((file->role == InstrumentRole::three_phase_source));
  BOOST_TEST((file->conversation.line_end == LineEnd::lf));
  BOOST_TEST(file->conversation.longest_reply == 1024U);
  BOOST_REQUIRE(file->watchdog.has_value());
  BOOST_TEST(file->watchdog->interval.in(second) == 5.0);
  const InstrumentParameter* voltage = file->parameter("voltage");
  BOOST_REQUIRE(voltage != nullptr);
  BOOST_TEST((voltage->kind == QuantityKind::voltage));
  BOOST_TEST(voltage->unit_factor == 1e-3);
  BOOST_TEST(voltage->maximum == 300.0);
  BOOST_TEST(voltage->tolerance == 0.01);
  BOOST_TEST(voltage->relative_tolerance == 1e-3);
  BOOST_TEST((file->parameter("current")->ranges == std::vector<double>{1, 10}));
  BOOST_TEST(file->parameter("current")->scale == -1.0);
  BOOST_TEST(file->parameter("nothing") == nullptr);
  const InstrumentAction* apply = file->action("apply");
  BOOST_REQUIRE(apply != nullptr);
  BOOST_TEST(apply->settle.in(second) == 0.5);
  BOOST_REQUIRE(apply->steps.size() == 2U);
  const auto pieces = apply->steps[0].text.pieces();
  BOOST_REQUIRE(pieces.size() == 2U);
  BOOST_TEST(pieces[0].text == "RANG ");
  BOOST_TEST((pieces[1].sort == CommandPiece::Sort::range));
  BOOST_TEST(pieces[1].key() == "current.L1");
}

BOOST_AUTO_TEST_CASE(every_shipped_file_survives_the_way_to_a_message_and_back) {
  int files = 0;
  for (const auto& entry : fs::directory_iterator(instruments)) {
    const auto loaded = load_instrument(entry.path());
    BOOST_TEST(findings_of(loaded) == "");
    BOOST_REQUIRE(loaded.has_value());
    const v1::Instrument& message = loaded->message.instrument();
    BOOST_TEST(entry.path().stem().string() == message.id());
    // Nobody here has had one of these instruments on a desk.
    BOOST_TEST((message.confidence() != v1::CONFIDENCE_VERIFIED));
    const auto file = command_file_from(message);
    BOOST_REQUIRE_MESSAGE(file.has_value(), (file ? "" : file.error().message));
    const auto back = command_file_from(message_from(*file));
    BOOST_REQUIRE_MESSAGE(back.has_value(), (back ? "" : back.error().message));
    BOOST_TEST((*back == *file), message.id());
    ++files;
  }
  BOOST_TEST(files >= 7);
}

BOOST_AUTO_TEST_CASE(a_finding_tells_line_and_column) {
  BOOST_TEST(findings("{frequency}\"}", "{frequenzy}\"}")
                     .find("f:20:18: instrument.actions[0].steps[1].send") == 0U,
             findings("{frequency}\"}", "{frequenzy}\"}"));
}

BOOST_AUTO_TEST_CASE(commands_and_replies_that_cannot_be_read_are_refused) {
  refused("RANG {current.L1:range}", "RANG {current.L1:range",
          "'{' without '}'; expected braces in pairs");
  refused("RANG {current.L1:range}", "RANG {current.L4:range}",
          "expected a placeholder such as {voltage.L1}");
  refused("RANG {current.L1:range}", "RANG {voltage.L1:range}", "expected a parameter with ranges");
  refused("RANG {current.L1:range}", "RANG {*}", "expected it in replies only");
  refused("{output} {voltage.L1}", "{output}{voltage.L1}",
          "expected text between two placeholders");
  refused("{output} {voltage.L1}", "{state} {voltage.L1}",
          "found {state}; expected one of the parameters");
  refused("ask: \"GET?\", reply: \"{output} {voltage.L1},{current.L1},{frequency},{*}\"",
          "send: \"GET?\", reply: \"{output} {voltage.L1},{current.L1},{frequency},{*}\"",
          "reply beside send");
  refused("none: \"0,{*}\"", "none: \"0,{voltage}\"", "expected no placeholder but {*}");
  refused("none: \"0,{*}\"", "bits: 60, none: \"0,{*}\"", "none beside bits; expected one of them");
  refused("WDOG 5", "WDOG {voltage.L1}", "expected a command without placeholders");
}

BOOST_AUTO_TEST_CASE(limits_must_be_there_and_make_sense) {
  refused("minimum: 0 V, maximum: 300 V, ", "", "{voltage.L1} without limits");
  refused("maximum: 300 V", "maximum: 300 A", "in A, a unit of current");
  refused("maximum: 300 V", "maximum: 300", "has no unit");
  refused("minimum: 0 V", "minimum: 400 V", "expected at most the maximum, 300 V");
  refused("maximum: 300 V", "maximum: 300.00005 V",
          "'300.00005 V'; expected a multiple of what 1 decimals can say in mV");
  refused("ranges: [1 A, 10 A]", "ranges: [10 A, 1 A]", "expected more than the range before");
  refused("ranges: [1 A, 10 A]", "ranges: [1 A, 5 A]", "none that holds the maximum");
  refused("scale: -1", "scale: 0", "expected a number other than 0");
  refused("unit: Hz", "unit: V", "expected a unit of frequency");
  refused("unit: Hz", "unit: cycles", "'cycles'; expected a unit such as V");
  refused("tolerance: 10 mV", "tolerance: -10 mV", "expected at least 0");
  refused("word: \"on\"", "word: \"an\"", "expected on or off");
}

BOOST_AUTO_TEST_CASE(a_source_must_read_back_all_that_it_sets_and_be_able_to_go_off) {
  refused("{output} {voltage.L1},", "{output} ", "nothing that reads {voltage.L1}");
  refused("send: \"OFF\"", "send: \"OFF {frequency}\"", "placeholders in off");
  refused("name: \"off\"", "name: away",
          "no action off; expected it in the role three_phase_source");
  refused("{frequency}\"}\n    - name: read_back", "{frequency} {output}\"}\n    - name: read_back",
          "{output} in apply; expected one of voltage, current");
}

BOOST_AUTO_TEST_CASE(a_message_that_no_file_made_is_checked_too) {
  v1::Instrument message = parse_instrument(small, "f")->message.instrument();
  message.mutable_actions(0)->mutable_steps(0)->set_send("RANG {nothing}");
  const auto file = command_file_from(message);
  BOOST_REQUIRE(!file.has_value());
  BOOST_TEST((file.error().code == ErrorCode::invalid_argument));
  BOOST_TEST(file.error().message ==
             "instrument.actions[0].steps[0].send: {nothing}; expected one of the parameters");
}

BOOST_AUTO_TEST_SUITE_END()
