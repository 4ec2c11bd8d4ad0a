// SPDX-License-Identifier: GPL-3.0-or-later
// A reference meter whose line is bad: an error or the right value, never a wrong one.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "faulty_operations.h"
#include "meterrig/scpi/command_reference.h"
#include "meterrig/scpi_simulator/faults.h"
#include "meterrig/scpi_simulator/scpi_bench.h"
#include "meterrig/scpi_simulator/serve.h"
#include "pulse_a_second.h"
#include "shipped_instrument.h"

using namespace meterrig;
using namespace meterrig::scpi;
using simulator::ElectricalWorld;
using simulator::Fault;
namespace tt = boost::test_tools;

namespace {

constexpr Duration timeout = millisecond(150);

OperatingPoint a_point(double amperes = 5) {
  return {.frequency = hertz(50),
          .voltage = {volt(230), volt(229), volt(231)},
          .voltage_angle = {degree(0), degree(-120), degree(120)},
          .current = {ampere(amperes), ampere(amperes), ampere(amperes)},
          .displacement = {degree(60), degree(30), degree(0)}};
}

/// A simulated reference on a loopback port with its driver, in a world whose time is granted and
/// whose meter gives a pulse a second.
struct Bench {
  explicit Bench(const std::string& id = "generic-scpi-reference") {
    file.emplace(shipped_instrument(id));
    file->conversation.answer_timeout = timeout;
    BOOST_REQUIRE(world->attach(std::make_shared<test::PulseASecond>()).has_value());
    world->set(a_point());
    world->switch_output(true);
    auto conversation = converse_over_tcp("127.0.0.1", server->port(), file->conversation);
    BOOST_REQUIRE(conversation.has_value());
    auto connected = connect_reference(std::move(*conversation), *file, clock);
    BOOST_REQUIRE_MESSAGE(connected.has_value(), (connected ? "" : connected.error().message));
    reference = std::move(*connected);
  }
  void pass(double seconds) {
    BOOST_REQUIRE(world->advance(world->now() + second(seconds)).has_value());
  }
  [[nodiscard]] double watts() const { return world->read_reference().active_power[0].in(watt); }

  ports::MonotonicClock clock;
  std::shared_ptr<ElectricalWorld> world =
      std::make_shared<ElectricalWorld>(simulator::WorldSettings{});
  std::shared_ptr<simulator::Faults> faults = std::make_shared<simulator::Faults>();
  std::unique_ptr<simulator::Server> server =
      simulator::serve_tcp("127.0.0.1:0", simulator::make_scpi_reference(world), faults).value();
  std::optional<CommandFile> file;
  std::unique_ptr<ReferenceStandard> reference;
};

bool is_failure_of_the_line(ErrorCode code) {
  return code == ErrorCode::data_loss || code == ErrorCode::aborted ||
         code == ErrorCode::deadline_exceeded || code == ErrorCode::unavailable;
}

/// Does `action` with a fault at one of its operations after the other, of every sort. `action`
/// looks at its value where it has one, and brings its error where it has none.
void at_every_operation(Bench& bench, const std::function<Result<void>()>& action) {
  const std::int64_t before = bench.faults->lines();
  const auto without = action();
  BOOST_REQUIRE_MESSAGE(without.has_value(), (without ? "" : without.error().message));
  const std::int64_t operations = bench.faults->lines() - before;
  BOOST_REQUIRE(operations > 0);
  for (const Fault::Sort sort : {Fault::Sort::garbage, Fault::Sort::over_long, Fault::Sort::late,
                                 Fault::Sort::lost, Fault::Sort::disconnect}) {
    for (const std::int64_t n : conformance::faulty_operations(operations)) {
      BOOST_TEST_CONTEXT("fault " << static_cast<int>(sort) << " at operation " << n << " of "
                                  << operations) {
        bench.faults->at(n, {.sort = sort, .delay = 1.5 * timeout});
        const auto done = action();
        bench.faults->clear();
        if (!done) BOOST_TEST(is_failure_of_the_line(done.error().code), done.error().message);
        const auto again = action();
        BOOST_TEST(again.has_value(), (again ? "" : again.error().message));
      }
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(reference)

BOOST_AUTO_TEST_CASE(values_are_right_or_not_there_through_every_fault) {
  Bench bench;
  double amperes = 5;
  at_every_operation(bench, [&]() -> Result<void> {
    // Other values each time: a late reply would be that of the time before.
    amperes = amperes > 9 ? 1 : amperes + 0.01;
    bench.world->set(a_point(amperes));
    const ReferenceValues truth = bench.world->read_reference();
    const auto values = bench.reference->read();
    if (!values) return tl::unexpected(values.error());
    BOOST_TEST(values->frequency.in(hertz) == 50.0);
    for (std::size_t p = 0; p < phase_count; ++p) {
      BOOST_TEST(values->voltage.at(p).in(volt) == truth.voltage.at(p).in(volt),
                 tt::tolerance(1e-8));
      BOOST_TEST(values->current.at(p).in(ampere) == truth.current.at(p).in(ampere),
                 tt::tolerance(1e-8));
      BOOST_TEST(values->active_power.at(p).in(watt) == truth.active_power.at(p).in(watt),
                 tt::tolerance(1e-8));
      BOOST_TEST(values->apparent_power.at(p).in(volt_ampere) ==
                     truth.apparent_power.at(p).in(volt_ampere),
                 tt::tolerance(1e-8));
      BOOST_TEST(values->voltage_thd.at(p).in(percent) == 0.0);
    }
    return {};
  });
}

BOOST_AUTO_TEST_CASE(energy_is_right_or_not_there_through_every_fault) {
  Bench bench;
  const double watts = bench.watts();
  at_every_operation(bench, [&]() -> Result<void> {
    // Energy that was not set to zero would have more than these two seconds.
    if (auto started = bench.reference->start_energy(); !started) return started;
    bench.pass(2);
    const auto count = bench.reference->read_energy();
    if (!count) return tl::unexpected(count.error());
    BOOST_TEST(count->duration.in(second) == 2.0, tt::tolerance(1e-8));
    BOOST_TEST(count->active_energy[0].in(watt_second) == watts * 2, tt::tolerance(1e-7));
    return {};
  });
}

// A pulse that is lost with its reply is told as an error; the next one is not taken for it.
BOOST_AUTO_TEST_CASE(a_pulse_is_the_right_one_or_an_error_through_every_fault) {
  Bench bench;
  const double watts = bench.watts();
  BOOST_REQUIRE(bench.reference->start_energy().has_value());
  const auto none = bench.reference->next_pulse();
  BOOST_REQUIRE_MESSAGE(none.has_value(), (none ? "" : none.error().message));
  BOOST_TEST(!none->has_value());
  double last = 0;
  bool lost = false;
  at_every_operation(bench, [&]() -> Result<void> {
    bench.pass(1);
    const auto pulse = bench.reference->next_pulse();
    if (!pulse) {
      lost = true;
      return tl::unexpected(pulse.error());
    }
    BOOST_REQUIRE(pulse->has_value());
    const double seconds = (**pulse).duration.in(second);
    if (lost)
      BOOST_TEST(seconds > last);
    else
      BOOST_TEST(seconds == last + 1, tt::tolerance(1e-8));
    BOOST_TEST(seconds == std::round(seconds), tt::tolerance(1e-8));
    BOOST_TEST((**pulse).active_energy[0].in(watt_second) == watts * seconds, tt::tolerance(1e-7));
    last = seconds;
    lost = false;
    return {};
  });
}

// Granted twice, a test of energy would be wrong by the time of the second.
BOOST_AUTO_TEST_CASE(a_wait_that_succeeds_has_granted_its_time_once) {
  Bench bench("simulated-scpi-reference");
  at_every_operation(bench, [&]() -> Result<void> {
    const Instant before = bench.world->now();
    auto waited = bench.reference->wait(second(1.25));
    const double passed = (bench.world->now() - before).in(second);
    if (waited)
      BOOST_TEST(passed == 1.25, tt::tolerance(1e-9));
    else
      BOOST_TEST((passed == 0 || passed == 1.25), passed);
    return waited;
  });
  const auto beyond = bench.reference->wait(second(3601));
  BOOST_REQUIRE(!beyond.has_value());
  BOOST_TEST((beyond.error().code == ErrorCode::out_of_range));
}

BOOST_AUTO_TEST_CASE(both_shipped_files_read_pulses_and_one_grants_time) {
  for (const char* id : {"generic-scpi-reference", "simulated-scpi-reference"}) {
    Bench bench(id);
    BOOST_TEST(bench.reference->identify()->serial_number == "SIM-2");
    BOOST_REQUIRE(bench.reference->start_energy().has_value());
    bench.pass(3.5);
    for (const double seconds : {1.0, 2.0, 3.0}) {
      const auto pulse = bench.reference->next_pulse();
      BOOST_REQUIRE_MESSAGE(pulse.has_value(), (pulse ? "" : pulse.error().message));
      BOOST_REQUIRE(pulse->has_value());
      BOOST_TEST((**pulse).duration.in(second) == seconds, tt::tolerance(1e-8));
    }
    BOOST_TEST(!bench.reference->next_pulse()->has_value());
  }
  // A real instrument is waited for by the clock, and the world is told nothing.
  Bench real;
  const Instant begin = real.clock.now();
  const Instant world = real.world->now();
  BOOST_REQUIRE(real.reference->wait(millisecond(120)).has_value());
  BOOST_TEST((real.clock.now() - begin >= millisecond(120)));
  BOOST_TEST((real.world->now() == world));
}

BOOST_AUTO_TEST_CASE(a_reference_without_a_pulse_input_says_so) {
  Bench bench;
  CommandFile file = *bench.file;
  std::erase_if(file.actions,
                [](const InstrumentAction& action) { return action.name == "next_pulse"; });
  auto conversation = converse_over_tcp("127.0.0.1", bench.server->port(), file.conversation);
  BOOST_REQUIRE(conversation.has_value());
  const auto bare = connect_reference(std::move(*conversation), file, bench.clock);
  BOOST_REQUIRE(bare.has_value());
  const auto pulse = (*bare)->next_pulse();
  BOOST_REQUIRE(!pulse.has_value());
  BOOST_TEST((pulse.error().code == ErrorCode::unimplemented));
}

BOOST_AUTO_TEST_SUITE_END()
