// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/scpi/instrument_values.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>
#include <string>

using namespace meterrig;
using namespace meterrig::scpi;

namespace {

CommandFile file() {
  CommandFile made;
  InstrumentParameter voltage;
  voltage.name = "voltage";
  voltage.kind = QuantityKind::voltage;
  voltage.unit_factor = 1e-3;
  voltage.decimals = 1;
  voltage.maximum = 300;
  voltage.ranges = {30, 300};
  InstrumentParameter angle;
  angle.name = "displacement";
  angle.kind = QuantityKind::angle;
  angle.scale = -1;
  angle.decimals = 2;
  angle.minimum = -180;
  angle.maximum = 180;
  InstrumentParameter output;
  output.name = "output";
  output.words = {{"on", "1"}, {"on", "ON"}, {"off", "0"}};
  made.parameters = {voltage, angle, output};
  return made;
}

std::string filled(std::string_view command, const InstrumentValues& values) {
  const auto text = fill_in(CommandText::parse(command).value(), file(), values);
  return text ? *text : "refused: " + text.error().message;
}

InstrumentValue number(double value) { return {.number = value, .word = {}}; }
InstrumentValue word(std::string value) {
  return {.number = std::nan(""), .word = std::move(value)};
}

/// The value of the key, or why there is none.
std::string taken(std::string_view form, std::string_view reply, std::string_view key) {
  InstrumentValues values;
  const auto result = take_values(CommandText::parse(form).value(), reply, file(), values);
  if (!result) return "refused: " + result.error().message;
  const auto found = values.find(key);
  if (found == values.end()) return "nothing";
  return found->second.word.empty() ? std::to_string(found->second.number) : found->second.word;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(instrument_values)

BOOST_AUTO_TEST_CASE(commands_get_unit_scale_and_decimals_of_their_parameter) {
  BOOST_TEST(filled("U {voltage.L1}", {{"voltage.L1", number(230.00004)}}) == "U 230000.0");
  BOOST_TEST(filled("P {displacement.L1};", {{"displacement.L1", number(30)}}) == "P -30.00;");
  BOOST_TEST(filled("OUTP {output}", {{"output", word("off")}}) == "OUTP 0");
  BOOST_TEST(filled("R {voltage.L1:range}", {{"voltage.L1", number(30)}}) == "R 30000.0");
  BOOST_TEST(filled("R {voltage.L1:range}", {{"voltage.L1", number(30.0001)}}) == "R 300000.0");
}

BOOST_AUTO_TEST_CASE(angles_come_within_the_turn) {
  const auto angle = [](double degrees) {
    return filled("{displacement}", {{"displacement", number(degrees)}});
  };
  BOOST_TEST(angle(390) == "-30.00");
  BOOST_TEST(angle(-181) == "-179.00");  // 179 deg, and the scale turns the sign
  BOOST_TEST(angle(179.999) == "-180.00");
}

BOOST_AUTO_TEST_CASE(what_is_beyond_its_limits_is_refused_before_and_after_rounding) {
  BOOST_TEST(filled("{voltage.L1}", {{"voltage.L1", number(300.001)}}) ==
             "refused: voltage.L1 of 300.001 V; expected 0 V to 300 V");
  BOOST_TEST(filled("{voltage.L1}", {{"voltage.L1", number(-0.001)}}) ==
             "refused: voltage.L1 of -0.001 V; expected 0 V to 300 V");
  BOOST_TEST(filled("{voltage.L1}", {{"voltage.L1", number(std::nan(""))}}) ==
             "refused: voltage.L1 is unknown; expected 0 V to 300 V");
  BOOST_TEST(filled("{voltage.L1}", {}) ==
             "refused: '{voltage.L1}' needs a value of voltage.L1; got none");
  BOOST_TEST(filled("{output}", {{"output", word("half")}}) ==
             "refused: output of 'half'; expected one of on, off");
}

BOOST_AUTO_TEST_CASE(whatever_is_asked_nothing_beyond_the_limits_is_written) {
  std::mt19937_64 random(3);
  std::uniform_real_distribution<double> near_the_end(-1e-3, 1e-3);
  for (int i = 0; i < 10'000; ++i) {
    const double base = i % 2 == 0 ? 300 : 0;
    const std::string text =
        filled("{voltage.L1}", {{"voltage.L1", number(base + near_the_end(random))}});
    if (text.starts_with("refused")) continue;
    BOOST_REQUIRE(std::stod(text) <= 300'000.0);
    BOOST_REQUIRE(std::stod(text) >= 0.0);
  }
}

BOOST_AUTO_TEST_CASE(replies_of_the_form_give_their_values) {
  BOOST_TEST(taken("{voltage.L1},{voltage.L2}", "230000.0, +2.31E5", "voltage.L2") == "231.000000");
  BOOST_TEST(taken("U={voltage.L1} mV;{*}", "u=1500 MV;whatever 7", "voltage.L1") == "1.500000");
  BOOST_TEST(taken("{displacement.L1}", " -30 ", "displacement.L1") == "30.000000");
  BOOST_TEST(taken("{output}", "on", "output") == "on");
  BOOST_TEST(taken("{voltage.L1} {voltage.L2}", "1000   2000", "voltage.L2") == "2.000000");
}

BOOST_AUTO_TEST_CASE(replies_of_another_form_are_refused_and_give_nothing) {
  for (const std::string reply : {"", "230", "230,", ",230", "230,231,232", "230;231", "NAN,1",
                                  "9.91E37,1", "inf,1", "1,1 V", "0x10,1", "--1,1", "1e999,1"}) {
    const std::string result = taken("{voltage.L1},{voltage.L2}", reply, "voltage.L1");
    BOOST_TEST(result.starts_with("refused: the reply '" + reply + "' "), reply << ": " << result);
    BOOST_TEST(result.find("expected the form '{voltage.L1},{voltage.L2}'") != std::string::npos);
  }
  BOOST_TEST(taken("{output}", "2", "output").starts_with("refused"));
}

BOOST_AUTO_TEST_SUITE_END()
