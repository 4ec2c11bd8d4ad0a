// SPDX-License-Identifier: GPL-3.0-or-later
// One world under all simulated instruments, with granted time.
#include "meterrig/scpi_simulator/electrical_world.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "meterrig/scpi_simulator/scpi_bench.h"

using namespace meterrig;
using namespace meterrig::scpi::simulator;
namespace tt = boost::test_tools;

namespace {

constexpr Instant at_second(std::int64_t seconds) { return {seconds * 1'000'000'000}; }

OperatingPoint a_point() {
  return {.frequency = hertz(50),
          .voltage = {volt(230), volt(230), volt(230)},
          .voltage_angle = {degree(0), degree(-120), degree(120)},
          .current = {ampere(5), ampere(5), ampere(5)},
          .displacement = {degree(60), degree(60), degree(60)}};
}

/// Notes what comes to its terminals, and gives a pulse a second.
class NotedTerminals final : public Terminals {
 public:
  Result<TerminalsDescription> describe() override {
    return TerminalsDescription{.device = "noted",
                                .serial_number = {},
                                .now = now,
                                .model = {},
                                .model_sha256 = {},
                                .converter = {}};
  }
  Result<void> power_cycle() override { return {}; }
  Result<Instant> apply(const SignalRecipe& recipe, std::uint64_t /*seed*/) override {
    recipes.push_back(recipe);
    return now;
  }
  Result<FeedTerms> apply_samples(const SampleFeed& /*samples*/, std::uint64_t /*seed*/) override {
    return fail(ErrorCode::unimplemented, "");
  }
  Result<FeedState> feed(const SampleBlock& /*block*/) override {
    return fail(ErrorCode::unimplemented, "");
  }
  Result<FeedState> feed(const CodeBlock& /*block*/) override {
    return fail(ErrorCode::unimplemented, "");
  }
  Result<std::vector<Pulse>> advance(Instant until) override {
    if (until < now) return fail(ErrorCode::out_of_range, "the past");
    std::vector<Pulse> pulses;
    for (std::int64_t s = now.nanoseconds / 1'000'000'000 + 1; at_second(s) <= until; ++s)
      pulses.push_back({.output = "S0", .time = at_second(s)});
    now = until;
    return pulses;
  }
  Instant now = at_second(100);
  std::vector<SignalRecipe> recipes;
};

double volts_of(const SignalRecipe& recipe) {
  const auto& components = recipe.voltage[0].components;
  return components.empty() ? 0 : components[0].rms.in(volt);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(electrical_world)

BOOST_AUTO_TEST_CASE(the_reference_reads_what_the_source_puts_out_with_the_stated_errors) {
  WorldSettings settings;
  ElectricalWorld world(settings);
  world.set(a_point());
  BOOST_TEST(world.output().voltage[0].in(volt) == 0.0);
  world.switch_output(true);
  const double u = 230 * (1 + settings.source_voltage_error.in(percent) / 100);
  const double i = 5 * (1 + settings.source_current_error.in(percent) / 100);
  BOOST_TEST(world.output().voltage[1].in(volt) == u, tt::tolerance(1e-12));
  const ReferenceValues values = world.read_reference();
  const double read_u = u * (1 + settings.reference_voltage_error.in(percent) / 100);
  const double read_i = i * (1 + settings.reference_current_error.in(percent) / 100);
  const double phi = (60 + settings.reference_angle_error.in(degree)) * std::acos(-1.0) / 180;
  BOOST_TEST(values.voltage[2].in(volt) == read_u, tt::tolerance(1e-12));
  BOOST_TEST(values.active_power[0].in(watt) == read_u * read_i * std::cos(phi),
             tt::tolerance(1e-12));
  BOOST_TEST(values.reactive_power[0].in(var) == read_u * read_i * std::sin(phi),
             tt::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(energy_is_power_over_granted_time_also_across_changes) {
  ElectricalWorld world(WorldSettings{});
  world.set(a_point());
  world.switch_output(true);
  BOOST_REQUIRE(world.advance(at_second(7)).has_value());
  world.start_energy();
  const double full = world.read_reference().active_power[0].in(watt);
  BOOST_REQUIRE(world.advance(at_second(17)).has_value());
  world.switch_output(false);
  BOOST_REQUIRE(world.advance(at_second(27)).has_value());
  const EnergyCount count = world.energy();
  BOOST_TEST(count.active_energy[0].in(watt_second) == full * 10, tt::tolerance(1e-12));
  BOOST_TEST(count.duration.in(second) == 20.0, tt::tolerance(1e-12));
  BOOST_TEST((world.advance(at_second(1)).error().code == ErrorCode::out_of_range));
}

BOOST_AUTO_TEST_CASE(the_watchdog_switches_off_when_it_is_due_and_not_when_time_is_granted) {
  ElectricalWorld world(WorldSettings{});
  world.set(a_point());
  world.switch_output(true);
  world.arm_watchdog(second(3));
  world.start_energy();
  const double full = world.read_reference().active_power[0].in(watt);
  BOOST_REQUIRE(world.advance(at_second(2)).has_value());
  world.heard_command();  // now it is due at 5 s
  BOOST_REQUIRE(world.advance(at_second(4)).has_value());
  BOOST_TEST(world.output_on());
  BOOST_REQUIRE(world.advance(at_second(60)).has_value());
  BOOST_TEST(!world.output_on());
  BOOST_TEST(world.watchdog_tripped());
  BOOST_TEST(world.energy().active_energy[0].in(watt_second) == full * 5, tt::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(a_meter_on_the_wires_gets_every_change_and_its_time) {
  ElectricalWorld world(WorldSettings{});
  const auto terminals = std::make_shared<NotedTerminals>();
  BOOST_REQUIRE(world.advance(at_second(10)).has_value());
  BOOST_REQUIRE(world.attach(terminals).has_value());
  world.set(a_point());
  world.switch_output(true);
  BOOST_REQUIRE(world.advance(at_second(12)).has_value());
  BOOST_TEST((terminals->now == at_second(102)));
  BOOST_TEST(world.take_pulses().size() == 2U);
  BOOST_TEST(world.take_pulses().empty());
  world.arm_watchdog(second(5));
  BOOST_REQUIRE(world.advance(at_second(30)).has_value());
  BOOST_TEST((terminals->now == at_second(120)));
  BOOST_REQUIRE(terminals->recipes.size() == 3U);
  BOOST_TEST(volts_of(terminals->recipes[0]) == 0.0);
  BOOST_TEST(volts_of(terminals->recipes[1]) == world.set_point().voltage[0].in(volt),
             tt::tolerance(1e-4));
  BOOST_TEST(volts_of(terminals->recipes[2]) == 0.0);  // the watchdog
  BOOST_TEST(world.terminals_state().has_value());
}

// Half a second of one power, half a second of another: what was counted is that at the edge
// itself.
BOOST_AUTO_TEST_CASE(a_pulse_comes_with_the_energy_that_was_counted_at_its_edge) {
  ElectricalWorld world(WorldSettings{});
  BOOST_REQUIRE(world.attach(std::make_shared<NotedTerminals>()).has_value());
  world.set(a_point());
  world.switch_output(true);
  BOOST_REQUIRE(world.advance({2'250'000'000}).has_value());
  BOOST_TEST(world.next_counted_pulse().has_value());  // since the world began
  world.start_energy();                                // 0.75 s before the next edge
  BOOST_TEST(!world.next_counted_pulse().has_value());
  const double full = world.read_reference().active_power[0].in(watt);
  BOOST_REQUIRE(world.advance({3'500'000'000}).has_value());
  OperatingPoint half = a_point();
  half.current = {ampere(2.5), ampere(2.5), ampere(2.5)};
  world.set(half);
  BOOST_REQUIRE(world.advance({5'500'000'000}).has_value());
  const std::vector<std::pair<double, double>> expected{
      {0.75, 0.75 * full}, {1.75, (1.25 + 0.25) * full}, {2.75, (1.25 + 0.75) * full}};
  for (const auto& [seconds, watt_seconds] : expected) {
    const std::optional<EnergyCount> pulse = world.next_counted_pulse();
    BOOST_REQUIRE(pulse.has_value());
    BOOST_TEST(pulse->duration.in(second) == seconds, tt::tolerance(1e-12));
    for (const ActiveEnergy energy : pulse->active_energy)
      BOOST_TEST(energy.in(watt_second) == watt_seconds, tt::tolerance(1e-9));
  }
  BOOST_TEST(!world.next_counted_pulse().has_value());
}

BOOST_AUTO_TEST_CASE(a_world_of_granted_time_has_a_watchdog_by_the_clock) {
  ports::VirtualClock clock;
  const auto world = ElectricalWorld::with_granted_time(WorldSettings{}, clock);
  world->set(a_point());
  world->switch_output(true);
  world->arm_watchdog(second(3));
  const double full = world->read_reference().active_power[0].in(watt);
  world->start_energy();
  // An hour of the world takes no time of the clock.
  BOOST_REQUIRE(world->advance(at_second(3600)).has_value());
  BOOST_TEST(world->output_on());
  clock.advance(second(2));
  world->heard_command();
  clock.advance(second(2.9));
  world->catch_up();
  BOOST_TEST(world->output_on());
  clock.advance(second(0.2));
  world->catch_up();
  BOOST_TEST(!world->output_on());
  BOOST_TEST(world->watchdog_tripped());
  // And no time of the world has passed by the clock.
  BOOST_TEST((world->now() == at_second(3600)));
  BOOST_REQUIRE(world->advance(at_second(7200)).has_value());
  BOOST_TEST(world->energy().active_energy[0].in(watt_second) == full * 3600, tt::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(instruments_of_one_world_agree) {
  const auto world = std::make_shared<ElectricalWorld>(WorldSettings{});
  const auto source = make_scpi_source(world);
  const auto reference = make_scpi_reference(world);
  for (const char* line : {"SOUR:VOLT1 230", "SOUR:CURR1 5;TRIG;OUTP ON"})
    BOOST_TEST(!source->answer(line).has_value());
  BOOST_TEST(source->answer("SYST:ERR?").value_or("") == "0,\"No error\"");
  const std::string read = reference->answer("MEAS:VOLT?").value_or("");
  BOOST_TEST(std::stod(read) == 230.0, tt::tolerance(1e-4));
  BOOST_TEST(source->answer("SOUR:VOLT1 301").has_value() == false);
  BOOST_TEST(source->answer("SYST:ERR?").value_or("") == "-222,\"Data out of range\"");
  BOOST_TEST(source->answer("NONS 1;*ESR?").value_or("") == "176");  // power on, command, execution
  BOOST_TEST(source->answer("SYST:ERR?;SOUR:VOLT1?").value_or("") ==
             "-113,\"Undefined header\";230.000000");
}

BOOST_AUTO_TEST_SUITE_END()
