// SPDX-License-Identifier: GPL-3.0-or-later
// The parser of the simulated instruments.
#include "meterrig/scpi_simulator/scpi_command.h"

#include <boost/test/unit_test.hpp>
#include <string>

using namespace meterrig::scpi::simulator;

namespace {

ScpiCommand one(std::string_view line) {
  const auto commands = parse_scpi(line);
  BOOST_REQUIRE(commands.size() == 1U);
  BOOST_REQUIRE(commands[0].has_value());
  return *commands[0];
}

}  // namespace

BOOST_AUTO_TEST_SUITE(scpi_command)

BOOST_AUTO_TEST_CASE(a_line_is_parted_into_commands_with_their_parameters) {
  const auto commands = parse_scpi(" *CLS ; :SOUR:VOLT2:ANGL -120, 5 ;; OUTP? ");
  BOOST_REQUIRE(commands.size() == 3U);
  BOOST_TEST(commands[0]->mnemonics.at(0) == "*CLS");
  BOOST_TEST((commands[1]->parameters == std::vector<std::string>{"-120", "5"}));
  BOOST_TEST(!commands[1]->query);
  BOOST_TEST(commands[2]->query);
}

BOOST_AUTO_TEST_CASE(short_and_long_forms_match_in_any_case) {
  for (const char* line : {"SOUR:VOLT2 1", "source:voltage2 1", "Sour:Voltage2 1"}) {
    const auto number = matches(one(line), "SOURce:VOLTage#");
    BOOST_REQUIRE(number.has_value());
    BOOST_TEST(*number == 2);
  }
  BOOST_TEST(matches(one("SOUR:VOLT 1"), "SOURce:VOLTage#").value_or(0) == 1);
  for (const char* line :
       {"SOURC:VOLT 1", "SOUR:VOLT22 1", "SOUR 1", "SOUR:VOLT1:ANGL 1", "VOLT1 1"})
    BOOST_TEST(!matches(one(line), "SOURce:VOLTage#").has_value(), line);
}

BOOST_AUTO_TEST_CASE(what_is_no_command_is_an_error_and_no_more) {
  for (const char* line : {"?", ":", "::", "A:", "1A", "A-B", "\x7F", ": 1"}) {
    const auto commands = parse_scpi(line);
    BOOST_REQUIRE(commands.size() == 1U);
    if (std::string(line) != "A:") BOOST_TEST(!commands[0].has_value(), line);
  }
  BOOST_TEST(parse_scpi("").empty());
  BOOST_TEST(parse_scpi(" ; ;").empty());
}

BOOST_AUTO_TEST_CASE(numbers_and_switches) {
  BOOST_TEST(scpi_number("+1.5E2").value_or(0) == 150.0);
  for (const char* text : {"", "inf", "nan", "1 V", "0x1", "1e999", "--1"})
    BOOST_TEST(!scpi_number(text).has_value(), text);
  BOOST_TEST(scpi_boolean("on").value_or(false));
  BOOST_TEST(!scpi_boolean("0").value_or(true));
  BOOST_TEST(!scpi_boolean("2").has_value());
}

BOOST_AUTO_TEST_SUITE_END()
