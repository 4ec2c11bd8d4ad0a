// SPDX-License-Identifier: GPL-3.0-or-later
// The rig's end and the receiver for firmware over a real pseudo-terminal and real TCP.
#include <boost/test/unit_test.hpp>
#include <string>

#include "meterrig/inject/connection.h"
#include "meterrig/inject/serve.h"
#include "meterrig/ports/pseudo_terminal.h"
#include "meterrig/vocabulary/signal.h"

namespace meterrig::inject {
namespace {

constexpr Rational rate{8000, 1};
constexpr Converter converter{
    .rate = rate, .bits = 24, .volts_per_code = 1.0 / 8192, .amperes_per_code = 1.0 / 65536};

/// A device in C++ that takes volts and amperes, and pulses at the end of every step.
class VoltDevice final : public Terminals, public Meter {
 public:
  Result<TerminalsDescription> describe() override {
    return TerminalsDescription{.device = "volts",
                                .serial_number = "1",
                                .now = now_,
                                .simulated = true,
                                .model = "good",
                                .model_sha256 = "00",
                                .takes_recipes = true,
                                .converter = {}};
  }
  Result<void> power_cycle() override {
    now_ = {};
    return {};
  }
  Result<Instant> apply(const SignalRecipe& /*recipe*/, std::uint64_t /*seed*/) override {
    return now_;
  }
  Result<FeedTerms> apply_samples(const SampleFeed& samples, std::uint64_t /*seed*/) override {
    if (samples.frequency == Rational{60, 1})
      return fail(ErrorCode::out_of_range, "60 Hz; expected 50 Hz");
    fed_.clear();
    return FeedTerms{.now = now_, .capacity = 1'000'000, .reach = 100};
  }
  Result<FeedState> feed(const SampleBlock& block) override {
    for (const double value : block.volts(0)) fed_.push_back(value);
    last_ampere_ = block.amperes(2).back();
    return FeedState{};
  }
  Result<FeedState> feed(const CodeBlock& /*block*/) override {
    return fail(ErrorCode::unimplemented, "codes");
  }
  Result<std::vector<Pulse>> advance(Instant until) override {
    now_ = until;
    return std::vector<Pulse>{{.output = "S0", .time = until}};
  }
  Result<MeterIdentity> identify() override {
    return MeterIdentity{.device = "volts",
                         .serial_number = "1",
                         .firmware_version = "2",
                         .firmware_checksum = "3",
                         .quantities = {{Measurand::current, Place::L3}}};
  }
  Result<std::vector<Reading>> read(std::span<const QuantityId> ids) override {
    return std::vector<Reading>{{.id = ids.front(),
                                 .value = last_ampere_,
                                 .resolution = 0,
                                 .time = now_,
                                 .time_base = "device"}};
  }
  Result<std::vector<MeterParameter>> read_parameters() override {
    return std::vector<MeterParameter>{{"a", "b"}};
  }
  [[nodiscard]] const std::vector<double>& fed() const { return fed_; }

 private:
  Instant now_;
  std::vector<double> fed_;
  double last_ampere_ = 0;
};

Sides sides_of(VoltDevice& device) { return {.terminals = &device, .meter = &device}; }

std::string message_of(const auto& result) {
  return result ? std::string() : result.error().message;
}

SampleBlock ramp(std::int64_t first, std::size_t count) {
  SampleBlock block(rate, first, count);
  for (std::size_t i = 0; i < count; ++i) {
    block.volts(0)[i] = static_cast<double>((first + static_cast<std::int64_t>(i)) % 1000);
    block.amperes(2)[i] = -2.5;
  }
  return block;
}

/// Feeds a few seconds as a bench does, and checks what reached the device.
void run_through(const std::shared_ptr<wire::Caller>& caller, const VoltDevice& device,
                 std::int64_t scans_a_step) {
  const auto terminals = wire::terminals_over(caller);
  const auto meter = wire::meter_over(caller);
  const auto who = terminals->describe();
  BOOST_REQUIRE_MESSAGE(who.has_value(), message_of(who));
  BOOST_TEST(!who->takes_recipes);
  BOOST_REQUIRE(who->converter.has_value());
  const auto refused = terminals->apply_samples({.rate = rate, .frequency = {60, 1}}, 1);
  BOOST_REQUIRE(!refused.has_value());
  BOOST_TEST((refused.error().code == ErrorCode::out_of_range));
  BOOST_TEST(refused.error().message == "60 Hz; expected 50 Hz");
  const auto terms = terminals->apply_samples({.rate = rate, .frequency = {50, 1}}, 1);
  BOOST_REQUIRE_MESSAGE(terms.has_value(), message_of(terms));
  BOOST_TEST(terms->reach == 100);
  std::int64_t fed = 0;
  std::int64_t saturated = 0;
  const std::int64_t steps = 5;
  for (std::int64_t step = 1; step <= steps; ++step) {
    const std::int64_t end = step * scans_a_step + terms->reach;
    const auto taken = terminals->feed(
        convert(ramp(fed, static_cast<std::size_t>(end - fed)), converter, saturated));
    BOOST_REQUIRE_MESSAGE(taken.has_value(), message_of(taken));
    fed = end;
    const auto pulses = terminals->advance({step * scans_a_step * 125'000});
    BOOST_REQUIRE_MESSAGE(pulses.has_value(), message_of(pulses));
    BOOST_TEST(pulses->size() == 1U);
  }
  const std::vector<QuantityId> ids{{Measurand::current, Place::L3}};
  const auto read = meter->read(ids);
  BOOST_REQUIRE_MESSAGE(read.has_value(), message_of(read));
  BOOST_TEST(read->front().value == -2.5);
  // The read was answered after all that was fed, so the device's thread is at rest.
  BOOST_REQUIRE(device.fed().size() == static_cast<std::size_t>(fed));
  for (std::size_t i = 0; i < device.fed().size(); ++i)
    BOOST_REQUIRE(device.fed()[i] == static_cast<double>(i % 1000));
  BOOST_TEST(saturated == 0);
  BOOST_TEST(caller->statistics().crc_errors == 0);
}

BOOST_AUTO_TEST_SUITE(line)

BOOST_AUTO_TEST_CASE(volts_reach_a_device_over_a_pseudo_terminal) {
  VoltDevice device;
  const auto terminal = ports::PseudoTerminal::create();
  BOOST_REQUIRE(terminal.has_value());
  const auto server = serve_line(terminal->descriptor(), {}, sides_of(device), converter);
  BOOST_REQUIRE_MESSAGE(server.has_value(), message_of(server));
  const auto caller = open_serial(terminal->path(), {.baud_rate = 115'200}, {});
  BOOST_REQUIRE_MESSAGE(caller.has_value(), message_of(caller));
  run_through(*caller, device, 4000);
}

BOOST_AUTO_TEST_CASE(and_over_one_with_the_pace_of_a_uart) {
  VoltDevice device;
  const auto terminal = ports::PseudoTerminal::create();
  BOOST_REQUIRE(terminal.has_value());
  const ports::SerialSettings settings{.baud_rate = 921'600};
  const auto server = serve_line(terminal->descriptor(), settings, sides_of(device), converter);
  BOOST_REQUIRE_MESSAGE(server.has_value(), message_of(server));
  const auto caller = open_serial(terminal->path(), settings, {});
  BOOST_REQUIRE_MESSAGE(caller.has_value(), message_of(caller));
  run_through(*caller, device, 200);
}

BOOST_AUTO_TEST_CASE(volts_reach_a_device_over_tcp_and_a_second_rig_takes_over) {
  VoltDevice device;
  const auto server = serve_tcp("127.0.0.1:0", sides_of(device), converter);
  BOOST_REQUIRE_MESSAGE(server.has_value(), message_of(server));
  const auto first = open_tcp("127.0.0.1", (*server)->port(), {});
  BOOST_REQUIRE_MESSAGE(first.has_value(), message_of(first));
  run_through(*first, device, 4000);
  const auto second = open_tcp("localhost", (*server)->port(), {});
  BOOST_REQUIRE_MESSAGE(second.has_value(), message_of(second));
  const auto terminals = wire::terminals_over(*second);
  const auto who = terminals->describe();
  BOOST_REQUIRE_MESSAGE(who.has_value(), message_of(who));
  BOOST_TEST(who->now.nanoseconds == std::int64_t{5} * 4000 * 125'000);
  BOOST_TEST(terminals->power_cycle().has_value());
  run_through(*second, device, 4000);
  const auto of_the_first = wire::terminals_over(*first)->describe();
  BOOST_REQUIRE(!of_the_first.has_value());
  BOOST_TEST((of_the_first.error().code == ErrorCode::unavailable));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_served_or_reached_says_why) {
  VoltDevice device;
  const Sides sides = sides_of(device);
  const auto error = [](const auto& result) {
    BOOST_REQUIRE(!result.has_value());
    return result.error().code;
  };
  BOOST_TEST((error(serve_tcp("0.0.0.0:0", sides, converter)) == ErrorCode::permission_denied));
  BOOST_TEST((error(serve_tcp("127.0.0.1", sides, converter)) == ErrorCode::invalid_argument));
  BOOST_TEST(
      (error(serve_tcp("127.0.0.1:70000", sides, converter)) == ErrorCode::invalid_argument));
  BOOST_TEST((error(serve_tcp("127.0.0.1:", sides, converter)) == ErrorCode::invalid_argument));
  BOOST_TEST((error(serve_tcp("127.0.0.1:0", {}, converter)) == ErrorCode::invalid_argument));
  BOOST_TEST((error(serve_tcp("127.0.0.1:0", sides, Converter{.bits = 40})) ==
              ErrorCode::invalid_argument));
  BOOST_TEST((error(serve_line(-1, {}, sides, converter)) == ErrorCode::unavailable));
  const auto server = serve_tcp("[::1]:0", sides, converter);
  BOOST_REQUIRE_MESSAGE(server.has_value(), message_of(server));
  BOOST_TEST(open_tcp("::1", (*server)->port(), {}).has_value());
  BOOST_TEST((error(serve_tcp("[::1]:" + std::to_string((*server)->port()), sides, converter)) ==
              ErrorCode::already_exists));
  BOOST_TEST((error(open_tcp("127.0.0.1", 1, {})) == ErrorCode::unavailable));
  BOOST_TEST((error(open_serial("/dev/no-such-port", {}, {})) == ErrorCode::not_found));
  BOOST_REQUIRE(device.advance({5}).has_value());
  BOOST_TEST((error(serve_tcp("127.0.0.1:0", sides, converter)) == ErrorCode::failed_precondition));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace meterrig::inject
