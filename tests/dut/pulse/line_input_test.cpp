// SPDX-License-Identifier: GPL-3.0-or-later
// Pulses on the modem lines of a pseudo-terminal, which a shim gives it.
#include "meterrig/pulse/line_input.h"

#include <sys/ioctl.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cmath>
#include <thread>
#include <utility>

#include "../../rig/ports/libserialport_shim.h"
#include "meterrig/ports/pseudo_terminal.h"

using namespace meterrig;

namespace {

std::unique_ptr<ports::ModemLines> lines_of(const ports::PseudoTerminal& terminal) {
  auto lines = ports::open_modem_lines(terminal.path());
  BOOST_REQUIRE(lines.has_value());
  return std::move(*lines);
}

ports::PseudoTerminal new_terminal() {
  auto terminal = ports::PseudoTerminal::create();
  BOOST_REQUIRE(terminal.has_value());
  return std::move(*terminal);
}

class BrokenLines final : public ports::ModemLines {
 public:
  Result<bool> read(ports::ModemLine /*line*/) override {
    if (++reads_ > 3) return fail(ErrorCode::unavailable, "the adapter was pulled out");
    return false;
  }
  [[nodiscard]] Duration latency() const override { return millisecond(16); }

 private:
  int reads_ = 0;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(line_input)

BOOST_AUTO_TEST_CASE(the_level_of_each_line_is_read) {
  const auto terminal = new_terminal();
  const auto lines = lines_of(terminal);
  for (const auto& [line, bit] : {std::pair{ports::ModemLine::cts, TIOCM_CTS},
                                  {ports::ModemLine::dsr, TIOCM_DSR},
                                  {ports::ModemLine::dcd, TIOCM_CAR},
                                  {ports::ModemLine::ri, TIOCM_RNG}}) {
    libserialport_shim::modem_lines() = bit;
    BOOST_TEST(lines->read(line).value_or(false), name(line));
    libserialport_shim::modem_lines() = ~bit;
    BOOST_TEST(!lines->read(line).value_or(true), name(line));
    const auto parsed = ports::parse_modem_line(name(line));
    BOOST_TEST((parsed.has_value() && *parsed == line));
  }
  BOOST_TEST(!ports::parse_modem_line("rts").has_value());
  BOOST_TEST(lines->latency().in(second) == 0);
}

BOOST_AUTO_TEST_CASE(pulses_are_stamped_within_the_uncertainty_that_is_told) {
  const auto terminal = new_terminal();
  libserialport_shim::modem_lines() = 0;
  ports::MonotonicClock clock;
  // Half a second of tolerance for a busy machine: what matters is what the input says of it.
  const auto input = pulse::watch_line(
      lines_of(terminal),
      {.output = "S0-2", .line = ports::ModemLine::cts, .shape = {.width = millisecond(1000)}},
      clock);
  BOOST_REQUIRE(input.has_value());
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  const Instant before = clock.now();
  libserialport_shim::modem_lines() = TIOCM_CTS;
  const Instant after = clock.now();
  const auto pulses = (*input)->take(second(20));
  BOOST_REQUIRE(pulses.has_value());
  BOOST_REQUIRE(pulses->size() == 1U);
  BOOST_TEST(pulses->front().output == "S0-2");
  const double bound = std::sqrt(3.0) * (*input)->standard_uncertainty().in(second) + 1e-9;
  BOOST_TEST((before - pulses->front().time).in(second) <= bound);
  BOOST_TEST((pulses->front().time - after).in(second) <= bound);
  BOOST_TEST((*input)->time_base() == "rig");
  BOOST_TEST((*input)->take(millisecond(1))->empty());
}

BOOST_AUTO_TEST_CASE(a_port_that_goes_is_an_error_and_its_latency_is_in_the_uncertainty) {
  ports::MonotonicClock clock;
  const auto input = pulse::watch_line(
      std::make_unique<BrokenLines>(),
      {.output = "S0-1", .line = ports::ModemLine::dcd, .shape = {.width = millisecond(1000)}},
      clock);
  BOOST_REQUIRE(input.has_value());
  BOOST_TEST((*input)->standard_uncertainty().in(millisecond) == 8 / std::sqrt(3.0),
             boost::test_tools::tolerance(1e-12));
  const auto pulses = (*input)->take(second(20));
  BOOST_REQUIRE(!pulses.has_value());
  BOOST_TEST((pulses.error().code == ErrorCode::unavailable));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_watched_is_refused) {
  ports::MonotonicClock clock;
  const auto fast = pulse::watch_line(
      std::make_unique<BrokenLines>(),
      {.output = "S0-1", .line = ports::ModemLine::cts, .shape = {.width = millisecond(0.5)}},
      clock);
  BOOST_REQUIRE(!fast.has_value());
  BOOST_TEST((fast.error().code == ErrorCode::out_of_range));
  const auto none = ports::open_modem_lines("/dev/null");
  BOOST_REQUIRE(!none.has_value());
  BOOST_TEST((none.error().code == ErrorCode::invalid_argument), none.error().message);
  BOOST_TEST((ports::open_modem_lines("/dev/no-such-port").error().code == ErrorCode::not_found));
}

BOOST_AUTO_TEST_SUITE_END()
