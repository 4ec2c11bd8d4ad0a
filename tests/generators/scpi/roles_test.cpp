// SPDX-License-Identifier: GPL-3.0-or-later
// The shipped command files of every role, each against an instrument that speaks it.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "meterrig/scpi/command_chamber.h"
#include "meterrig/scpi/command_instrument.h"
#include "meterrig/scpi/command_reference.h"
#include "meterrig/scpi/command_source.h"
#include "meterrig/scpi_simulator/chamber.h"
#include "meterrig/scpi_simulator/faults.h"
#include "meterrig/scpi_simulator/scpi_bench.h"
#include "meterrig/scpi_simulator/serve.h"
#include "settings_instrument.h"
#include "shipped_instrument.h"

using namespace meterrig;
using namespace meterrig::scpi;
namespace tt = boost::test_tools;

namespace {

/// An instrument on a loopback port, and what it heard.
struct Served {
  explicit Served(std::shared_ptr<simulator::ServedInstrument> instrument)
      : server(simulator::serve_tcp("127.0.0.1:0", std::move(instrument), faults).value()) {}
  [[nodiscard]] std::unique_ptr<Conversation> converse(const CommandFile& file) const {
    return converse_over_tcp("127.0.0.1", server->port(), file.conversation).value();
  }
  [[nodiscard]] bool heard(const std::string& line) const {
    const auto lines = faults->heard();
    return std::ranges::find(lines, line) != lines.end();
  }
  std::shared_ptr<simulator::Faults> faults = std::make_shared<simulator::Faults>();
  std::unique_ptr<simulator::Server> server;
};

OperatingPoint a_point() {
  return {.frequency = hertz(50),
          .voltage = {volt(230), volt(230), volt(230)},
          .voltage_angle = {degree(0), degree(-120), degree(120)},
          .current = {ampere(5), ampere(5), ampere(5)},
          .displacement = {degree(60), degree(60), degree(60)}};
}

template <class T>
std::string text_of(const Result<T>& result) {
  return result ? "" : result.error().message;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(roles)

BOOST_AUTO_TEST_CASE(a_reference_meter_reads_power_and_energy_of_the_source) {
  const auto world = std::make_shared<simulator::ElectricalWorld>(simulator::WorldSettings{});
  const Served served(simulator::make_scpi_reference(world));
  const CommandFile file = shipped_instrument("generic-scpi-reference");
  ports::MonotonicClock clock;
  const auto reference = connect_reference(served.converse(file), file, clock);
  BOOST_REQUIRE_MESSAGE(reference.has_value(), text_of(reference));
  world->set(a_point());
  world->switch_output(true);
  const auto values = (*reference)->read();
  BOOST_REQUIRE_MESSAGE(values.has_value(), text_of(values));
  const ReferenceValues truth = world->read_reference();
  for (std::size_t p = 0; p < phase_count; ++p) {
    BOOST_TEST(values->voltage.at(p).in(volt) == truth.voltage.at(p).in(volt), tt::tolerance(1e-8));
    BOOST_TEST(values->current.at(p).in(ampere) == truth.current.at(p).in(ampere),
               tt::tolerance(1e-8));
    BOOST_TEST(values->active_power.at(p).in(watt) == truth.active_power.at(p).in(watt),
               tt::tolerance(1e-8));
    BOOST_TEST(values->reactive_power.at(p).in(var) == truth.reactive_power.at(p).in(var),
               tt::tolerance(1e-8));
    BOOST_TEST(values->displacement.at(p).in(degree) == truth.displacement.at(p).in(degree),
               tt::tolerance(1e-8));
  }
  BOOST_TEST(values->frequency.in(hertz) == 50.0);
  // An energy test over granted time: exactly power times time.
  BOOST_REQUIRE((*reference)->start_energy().has_value());
  BOOST_REQUIRE(world->advance({60'000'000'000}).has_value());
  const auto count = (*reference)->read_energy();
  BOOST_REQUIRE_MESSAGE(count.has_value(), text_of(count));
  BOOST_TEST(count->duration.in(second) == 60.0, tt::tolerance(1e-8));
  BOOST_TEST(count->active_energy[0].in(watt_second) == truth.active_power[0].in(watt) * 60,
             tt::tolerance(1e-7));
  BOOST_TEST((*reference)->identify()->serial_number == "SIM-2");
}

BOOST_AUTO_TEST_CASE(a_chamber_goes_to_its_set_point_and_says_when_it_is_there) {
  ports::MonotonicClock clock;
  const Served served(simulator::make_chamber({.kelvin_per_minute = 600}, clock));
  const CommandFile file = shipped_instrument("generic-chamber");
  const auto chamber = connect_chamber(served.converse(file), file);
  BOOST_REQUIRE_MESSAGE(chamber.has_value(), text_of(chamber));
  const auto set = (*chamber)->set(degree_celsius(25));
  BOOST_REQUIRE_MESSAGE(set.has_value(), text_of(set));
  ChamberState state;
  const Instant deadline = clock.now() + second(10);
  do {
    state = (*chamber)->read().value();
  } while (!state.settled && clock.now() < deadline);
  BOOST_TEST(state.settled);
  BOOST_TEST(state.set_point.in(degree_celsius) == 25.0);
  BOOST_TEST(std::abs(state.temperature.in(degree_celsius)-25.0) <= 0.5);
  const auto hot = (*chamber)->set(degree_celsius(120.1));
  BOOST_REQUIRE(!hot.has_value());
  BOOST_TEST((hot.error().code == ErrorCode::out_of_range));
  BOOST_TEST(hot.error().message == "temperature of 120.1 degC; expected -40 degC to 120 degC");
  BOOST_TEST((*chamber)->off().has_value());
}

BOOST_AUTO_TEST_CASE(a_chamber_that_keeps_another_set_point_is_not_believed) {
  const auto instrument = std::make_shared<SettingsInstrument>(
      SettingsInstrument::Settings{{"SOUR:TEMP", "23.0"}, {"MEAS:TEMP", "23.1"}});
  instrument->freeze();
  const Served served(instrument);
  const CommandFile file = shipped_instrument("generic-chamber");
  const auto chamber = connect_chamber(served.converse(file), file);
  BOOST_REQUIRE(chamber.has_value());
  const auto set = (*chamber)->set(degree_celsius(55));
  BOOST_REQUIRE(!set.has_value());
  BOOST_TEST((set.error().code == ErrorCode::aborted));
  BOOST_TEST(has(set.error().message, "set to 55 degC, the instrument reads 23 degC"),
             set.error().message);
}

BOOST_AUTO_TEST_CASE(the_fluke_like_set_is_told_range_amplitude_and_angle_of_each_channel) {
  ports::MonotonicClock clock;
  const auto instrument = std::make_shared<SettingsInstrument>();
  const Served served(instrument);
  const CommandFile file = shipped_instrument("fluke-6105a-set");
  auto source = connect_source(served.converse(file), file, clock);
  BOOST_REQUIRE_MESSAGE(source.has_value(), text_of(source));
  BOOST_TEST(!(*source)->watchdog().has_value());
  OperatingPoint point = a_point();
  point.current[2] = ampere(0.2);
  const auto applied = (*source)->apply(point);
  BOOST_REQUIRE_MESSAGE(applied.has_value(), text_of(applied));
  BOOST_TEST(instrument->setting("SOUR:PHAS1:VOLT:RANG") == "336.0000");
  BOOST_TEST(instrument->setting("SOUR:PHAS2:VOLT:MHAR:HARM1") == "230.0000,-120.000");
  BOOST_TEST(instrument->setting("SOUR:PHAS2:CURR:MHAR:HARM1") == "5.000000,-180.000");
  BOOST_TEST(instrument->setting("SOUR:PHAS3:CURR:RANG") == "0.250000");
  BOOST_TEST(instrument->setting("OUTP:STAT") == "ON");
  const auto state = (*source)->read_back();
  BOOST_REQUIRE(state.has_value());
  BOOST_TEST(state->on);
  BOOST_TEST(!state->measured);
  BOOST_TEST(std::remainder(state->point.displacement[1].in(degree)-60, 360.0) == 0.0);
  // Not beyond the instrument, and nothing of it is sent.
  const auto lines = served.faults->lines();
  point.current[0] = ampere(20.1);
  BOOST_TEST(text_of((*source)->apply(point)) == "current of L1: 20.1 A; expected at most 20 A");
  BOOST_TEST(served.faults->lines() == lines);
  BOOST_TEST((*source)->off().has_value());
  BOOST_TEST(instrument->setting("OUTP:STAT") == "OFF");
}

BOOST_AUTO_TEST_CASE(an_immunity_generator_does_named_actions_within_its_limits) {
  const auto instrument =
      std::make_shared<SettingsInstrument>(SettingsInstrument::Settings{{"STAT", "RUN"}});
  const Served served(instrument);
  const CommandFile file = shipped_instrument("generic-immunity-generator");
  const auto generator = connect_instrument(served.converse(file), file);
  BOOST_REQUIRE_MESSAGE(generator.has_value(), text_of(generator));
  std::vector<ActionArgument> burst{{"burst_level", "2 kV"},   {"burst_frequency", "5 kHz"},
                                    {"burst_length", "15 ms"}, {"burst_period", "300 ms"},
                                    {"polarity", "positive"},  {"coupling", "line-earth"},
                                    {"duration", "60 s"}};
  const auto done = (*generator)->run("burst", burst);
  BOOST_REQUIRE_MESSAGE(done.has_value(), text_of(done));
  BOOST_TEST(instrument->setting("EFT:VOLT") == "2.00");
  BOOST_TEST(instrument->setting("EFT:FREQ") == "5.0");
  BOOST_TEST(instrument->setting("EFT:COUP") == "LPE");
  BOOST_TEST(served.heard("EFT:STAR"));
  BOOST_TEST((*generator)->run("state", {})->at("state").word == "running");

  const auto lines = served.faults->lines();
  const auto refused = [&](std::size_t index, std::string value) {
    auto changed = burst;
    changed.at(index).value = std::move(value);
    const auto result = (*generator)->run("burst", changed);
    BOOST_TEST(served.faults->lines() == lines, "something was sent");
    return text_of(result);
  };
  BOOST_TEST(refused(0, "5 kV") == "burst_level of 5000 V; expected 200 V to 4800 V");
  BOOST_TEST(has(refused(0, "2 A"), "burst_level: '2 A' is in A, a unit of current"));
  BOOST_TEST(refused(4, "sideways") ==
             "polarity of 'sideways'; expected one of positive, negative, alternating");
  burst.pop_back();
  BOOST_TEST(has(text_of((*generator)->run("burst", burst)), "needs a value of duration"));
  burst.push_back({"colour", "red"});
  BOOST_TEST(has(text_of((*generator)->run("burst", burst)), "takes no 'colour'; expected burst_"));
  BOOST_TEST(((*generator)->run("explode", {}).error().code == ErrorCode::not_found));
  BOOST_TEST(served.faults->lines() == lines);

  instrument->preset("SYST:ERR", "-200,\"Interlock open\"");
  burst.back() = {"duration", "60 s"};
  const auto interlock = (*generator)->run("burst", burst);
  BOOST_REQUIRE(!interlock.has_value());
  BOOST_TEST((interlock.error().code == ErrorCode::aborted));
  BOOST_TEST(has(interlock.error().message, "refused 'EFT:VOLT 2.00': -200,\"Interlock open\""),
             interlock.error().message);
  // Off goes out whatever it says, and its words are told.
  BOOST_TEST(has(text_of((*generator)->off()), "refused 'off': -200"));
  BOOST_TEST(served.heard("ABOR"));
  instrument->preset("SYST:ERR", "0,\"No error\"");
  BOOST_TEST(text_of((*generator)->off()) == "");
}

BOOST_AUTO_TEST_CASE(a_supply_and_a_load_are_set_and_measured_and_go_off_when_let_go) {
  const auto instrument = std::make_shared<SettingsInstrument>(SettingsInstrument::Settings{
      {"MEAS:VOLT", "23.9"}, {"MEAS:CURR", "0.25"}, {"MEAS:POW", "57"}});
  const Served served(instrument);
  {
    const CommandFile file = shipped_instrument("generic-dc-supply");
    const auto supply = connect_instrument(served.converse(file), file);
    BOOST_REQUIRE(supply.has_value());
    const std::vector<ActionArgument> arguments{{"voltage", "24 V"}, {"current_limit", "500 mA"}};
    BOOST_TEST(text_of((*supply)->run("supply", arguments)) == "");
    BOOST_TEST(instrument->setting("SOUR:CURR") == "0.500");
    BOOST_TEST((*supply)->run("measure", {})->at("measured_voltage").number == 23.9);
  }
  const CommandFile file = shipped_instrument("generic-load");
  const auto load = connect_instrument(served.converse(file), file);
  BOOST_REQUIRE(load.has_value());
  // The supply's conversation is over, and its last words were heard.
  BOOST_TEST(served.heard("OUTP OFF"));
  const std::vector<ActionArgument> arguments{{"power", "57 W"}, {"power_factor", "0.5"}};
  BOOST_TEST(text_of((*load)->run("take_power", arguments)) == "");
  BOOST_TEST(instrument->setting("POW") == "57.0");
  BOOST_TEST((*load)->run("measure", {})->at("taken_power").number == 57.0);
}

BOOST_AUTO_TEST_CASE(a_file_of_another_role_is_refused) {
  ports::MonotonicClock clock;
  const Served served(std::make_shared<SettingsInstrument>());
  const CommandFile chamber = shipped_instrument("generic-chamber");
  BOOST_TEST(text_of(connect_source(served.converse(chamber), chamber, clock)) ==
             "generic-chamber is a climatic_chamber; expected a three_phase_source");
  BOOST_TEST(!connect_reference(served.converse(chamber), chamber, clock).has_value());
  BOOST_TEST(!connect_instrument(served.converse(chamber), chamber).has_value());
  const CommandFile load = shipped_instrument("generic-load");
  BOOST_TEST(!connect_chamber(served.converse(load), load).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
