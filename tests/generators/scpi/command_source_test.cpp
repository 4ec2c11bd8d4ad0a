// SPDX-License-Identifier: GPL-3.0-or-later
// A source that is a command file, against the simulated instrument that speaks it.
#include "meterrig/scpi/command_source.h"

#include <boost/test/unit_test.hpp>
#include <memory>
#include <random>
#include <string>

#include "meterrig/ports/pseudo_terminal.h"
#include "meterrig/scpi_simulator/scpi_command.h"

#include "meterrig/scpi_simulator/scpi_bench.h"
#include "shipped_instrument.h"
#include "simulated_source_bench.h"
#include "source_conformance.h"

using namespace meterrig;
using conformance::SimulatedSourceBench;

namespace {

constexpr Duration timeout = millisecond(150);

CommandFile quick_file() {
  CommandFile file = scpi::shipped_instrument("generic-scpi-source");
  file.conversation.answer_timeout = timeout;
  for (InstrumentAction& action : file.actions)
    if (action.settle > second(0)) action.settle = millisecond(200);
  return file;
}

std::unique_ptr<SimulatedSourceBench> bench(const CommandFile& file) {
  // The instrument takes more than the file allows: what the driver lets through would be seen.
  scpi::simulator::WorldSettings settings;
  settings.range = {
      .voltage = volt(1000), .current = ampere(1000), .lowest = hertz(1), .highest = hertz(1000)};
  return std::make_unique<SimulatedSourceBench>(
      settings, scpi::simulator::make_scpi_source,
      [file](int port, ports::Clock& clock) -> Result<std::unique_ptr<Source>> {
        auto conversation = scpi::converse_over_tcp("127.0.0.1", port, file.conversation);
        if (!conversation) return tl::unexpected(conversation.error());
        return scpi::connect_source(std::move(*conversation), file, clock);
      },
      1.5 * timeout);
}

std::unique_ptr<conformance::SourceBench> make() { return bench(quick_file()); }

}  // namespace

METERRIG_SOURCE_CONFORMANCE(command_source_conformance, make)

BOOST_AUTO_TEST_SUITE(command_source)

namespace {

OperatingPoint a_point() {
  return {.frequency = hertz(50),
          .voltage = {volt(230), volt(230), volt(230)},
          .voltage_angle = {degree(0), degree(-120), degree(120)},
          .current = {ampere(5), ampere(5), ampere(5)},
          .displacement = {degree(60), degree(60), degree(60)}};
}

std::unique_ptr<Source> connected(SimulatedSourceBench& on_bench) {
  auto source = on_bench.connect();
  BOOST_REQUIRE_MESSAGE(source.has_value(), (source ? "" : source.error().message));
  return std::move(*source);
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_CASE(no_number_beyond_the_limits_is_ever_sent) {
  const auto on_bench = bench(quick_file());
  const auto source = connected(*on_bench);
  const CommandFile file = quick_file();
  std::mt19937_64 random(11);
  const auto around = [&random](double least, double greatest) {
    const double span = greatest - least;
    return std::uniform_real_distribution<double>(least - span / 4, greatest + span / 4)(random);
  };
  int taken = 0;
  for (int i = 0; i < 300; ++i) {
    OperatingPoint point = a_point();
    // One value at a time goes astray, or hardly a point would be taken.
    const std::size_t p = random() % phase_count;
    switch (random() % 5) {
      case 0:
        point.voltage.at(p) = volt(around(0, 300));
        break;
      case 1:
        point.current.at(p) = ampere(around(0, 120));
        break;
      case 2:
        point.frequency = hertz(around(40, 70));
        break;
      case 3:
        point.displacement.at(p) = degree(around(-3600, 3600));
        break;
      default:
        point.voltage_angle.at(p) = degree(around(-3600, 3600));
    }
    if (source->apply(point)) ++taken;
  }
  BOOST_TEST(taken > 150);
  BOOST_TEST(taken < 300);
  const auto limited = [](const scpi::simulator::ScpiCommand& command, const char* pattern,
                          double least, double greatest) {
    if (!scpi::simulator::matches(command, pattern)) return false;
    const double number = scpi::simulator::scpi_number(command.parameters.at(0)).value();
    BOOST_TEST(number >= least);
    BOOST_TEST(number <= greatest);
    return true;
  };
  int numbers = 0;
  for (const std::string& line : on_bench->faults().heard()) {
    for (const auto& command : scpi::simulator::parse_scpi(line)) {
      BOOST_REQUIRE(command.has_value());
      if (limited(*command, "SOURce:VOLTage#", 0, 300) ||
          limited(*command, "SOURce:CURRent#", 0, 120) ||
          limited(*command, "SOURce:FREQuency", 40, 70) ||
          limited(*command, "SOURce:VOLTage#:ANGLe", -180, 180) ||
          limited(*command, "SOURce:CURRent#:DISPlacement", -180, 180))
        ++numbers;
    }
  }
  BOOST_TEST(numbers == 13 * taken);
}

BOOST_AUTO_TEST_CASE(a_refusal_of_the_instrument_is_told_in_its_words) {
  CommandFile file = quick_file();
  for (InstrumentParameter& parameter : file.parameters)
    if (parameter.name == "voltage") parameter.maximum = 2000;  // a lie: it takes 1000 V
  const auto on_bench = bench(file);
  const auto source = connected(*on_bench);
  OperatingPoint point = a_point();
  point.voltage[1] = volt(1500);
  const auto applied = source->apply(point);
  BOOST_REQUIRE(!applied.has_value());
  BOOST_TEST((applied.error().code == ErrorCode::aborted));
  BOOST_TEST(
      has(applied.error().message, "refused 'SOUR:VOLT2 1500.0000': -222,\"Data out of range\""),
      applied.error().message);
}

BOOST_AUTO_TEST_CASE(the_watchdog_of_the_instrument_is_armed_and_acts_on_silence) {
  CommandFile file = quick_file();
  file.watchdog = InstrumentWatchdog{.command = "SYST:WDOG 0.4", .interval = second(0.4)};
  const auto on_bench = bench(file);
  auto source = connected(*on_bench);
  BOOST_TEST(dynamic_cast<scpi::CommandSource&>(*source).watchdog()->in(second) == 0.4);
  BOOST_REQUIRE(source->apply(a_point()).has_value());
  ports::MonotonicClock clock;
  // Reading back is a sign of life.
  for (int i = 0; i < 8; ++i) {
    clock.sleep_until(clock.now() + millisecond(100));
    BOOST_TEST(source->read_back()->on);
  }
  const Instant silent = clock.now();
  const Instant deadline = silent + second(10);
  while (on_bench->world().output_on() && clock.now() < deadline)
    clock.sleep_until(clock.now() + millisecond(5));
  BOOST_TEST(on_bench->world().watchdog_tripped());
  BOOST_TEST(on_bench->output().voltage[0].in(volt) == 0.0);
  BOOST_TEST((clock.now() - silent).in(second) < 2.0);
  const auto state = source->read_back();
  BOOST_REQUIRE(state.has_value());
  BOOST_TEST(!state->on);
}

BOOST_AUTO_TEST_CASE(a_source_that_takes_no_set_points_any_more_is_noticed) {
  const auto on_bench = bench(quick_file());
  const auto source = connected(*on_bench);
  BOOST_REQUIRE(source->apply(a_point()).has_value());
  on_bench->world().freeze_output(true);
  OperatingPoint point = a_point();
  point.displacement[2] = degree(61);
  const auto applied = source->apply(point);
  BOOST_REQUIRE(!applied.has_value());
  BOOST_TEST(has(applied.error().message,
                 "displacement of L3 was set to 61 deg, the instrument reads 60 deg"),
             applied.error().message);
  const auto off = source->off();
  BOOST_REQUIRE(!off.has_value());
  BOOST_TEST(has(off.error().message, "the output is on after it was switched off"));
  on_bench->world().freeze_output(false);
  BOOST_TEST(source->off().has_value());
}

BOOST_AUTO_TEST_CASE(samples_are_not_for_a_source_of_set_points) {
  const auto on_bench = bench(quick_file());
  const auto source = connected(*on_bench);
  BOOST_TEST((source->play(nullptr, {50, 1}).error().code == ErrorCode::unimplemented));
}

BOOST_AUTO_TEST_CASE(over_a_serial_line_it_is_the_same_source) {
  ports::MonotonicClock clock;
  const auto world =
      std::make_shared<scpi::simulator::ElectricalWorld>(scpi::simulator::WorldSettings{}, clock);
  const auto terminal = ports::PseudoTerminal::create();
  BOOST_REQUIRE(terminal.has_value());
  const ports::SerialSettings settings{.baud_rate = 115'200};
  const auto server = scpi::simulator::serve_line(
      terminal->descriptor(), settings, scpi::simulator::make_scpi_source(world), nullptr);
  BOOST_REQUIRE(server.has_value());
  CommandFile file = scpi::shipped_instrument("generic-scpi-source");
  auto conversation = scpi::converse_over_serial(terminal->path(), settings, file.conversation);
  BOOST_REQUIRE(conversation.has_value());
  const auto source = scpi::connect_source(std::move(*conversation), file, clock);
  BOOST_REQUIRE(source.has_value());
  BOOST_TEST((*source)->apply(a_point()).has_value());
  BOOST_TEST(world->output().voltage[2].in(volt) == 230.0, boost::test_tools::tolerance(1e-4));
  BOOST_TEST((*source)->statistics().timeouts == 0);
  BOOST_TEST((*source)->off().has_value());
  BOOST_TEST(world->output().voltage[2].in(volt) == 0.0);
}

BOOST_AUTO_TEST_SUITE_END()
