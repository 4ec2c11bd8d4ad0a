// SPDX-License-Identifier: GPL-3.0-or-later
// The Meter's side over gRPC, watched pulses, codes of a converter, cancelled calls.
#include <grpcpp/grpcpp.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "../small_device.h"
#include "../temporary_directory.h"
#include "meterrig/rpc/connection.h"
#include "meterrig/rpc/server.h"
#include "meterrig/v1/dut.grpc.pb.h"
#include "small_server_process.h"

namespace meterrig::rpc {
namespace {

constexpr QuantityId voltage{Measurand::voltage, Place::L1};
constexpr QuantityId energy{Measurand::active_energy_import, Place::total};
constexpr QuantityId frequency{Measurand::frequency, Place::total};
constexpr QuantityId current{Measurand::current, Place::L1};

/// Advances only when it is let go.
class HeldDevice final : public Terminals {
 public:
  Result<TerminalsDescription> describe() override { return within.describe(); }
  Result<void> power_cycle() override {
    ++cycles;
    return within.power_cycle();
  }
  Result<Instant> apply(const SignalRecipe& recipe, std::uint64_t seed) override {
    return within.apply(recipe, seed);
  }
  Result<FeedTerms> apply_samples(const SampleFeed& samples, std::uint64_t seed) override {
    return within.apply_samples(samples, seed);
  }
  Result<FeedState> feed(const SampleBlock& block) override { return within.feed(block); }
  Result<FeedState> feed(const CodeBlock& block) override { return within.feed(block); }
  Result<std::vector<Pulse>> advance(Instant until) override {
    std::unique_lock lock(mutex);
    advancing = true;
    changed.notify_all();
    changed.wait(lock, [this] { return let_go; });
    return within.advance(until);
  }
  void wait_until_advancing() {
    std::unique_lock lock(mutex);
    changed.wait(lock, [this] { return advancing; });
  }
  void release() {
    {
      const std::scoped_lock lock(mutex);
      let_go = true;
    }
    changed.notify_all();
  }

  test::SmallDevice within;
  int cycles = 0;
  std::mutex mutex;
  std::condition_variable changed;
  bool advancing = false;
  bool let_go = false;
};

std::unique_ptr<Server> served(const test::TemporaryDirectory& directory, Sides sides) {
  auto server = serve("unix:" + directory.file("dut.sock"), sides);
  BOOST_REQUIRE(server.has_value());
  return std::move(*server);
}

struct Fixture {
  test::TemporaryDirectory directory;
  test::SmallDevice device;
  std::unique_ptr<Server> server = served(directory, {.terminals = &device, .meter = &device});
  Connection connection = opened(*server);

  static Connection opened(const Server& server) {
    auto made = Connection::open(server.address(), {}, second(20));
    BOOST_REQUIRE(made.has_value());
    return std::move(*made);
  }
  [[nodiscard]] std::shared_ptr<grpc::Channel> raw() const {
    return grpc::CreateChannel(server->address(), grpc::InsecureChannelCredentials());
  }
};

/// Takes edges until so many came or the stream ends; the error that ended it, if one did.
std::optional<Error> take(PulseInput& input, std::size_t wanted, std::vector<Pulse>& pulses) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (pulses.size() < wanted && std::chrono::steady_clock::now() < end) {
    const auto came = input.take(millisecond(200));
    if (!came) return came.error();
    pulses.insert(pulses.end(), came->begin(), came->end());
  }
  return std::nullopt;
}

BOOST_FIXTURE_TEST_SUITE(meter, Fixture)

BOOST_AUTO_TEST_CASE(an_identity_arrives_as_it_was) {
  const auto identity = connection.meter()->identify();
  BOOST_REQUIRE(identity.has_value());
  BOOST_TEST(identity->device == "small");
  BOOST_TEST(identity->serial_number == "1");
  BOOST_TEST(identity->firmware_version == "7");
  BOOST_TEST(identity->firmware_checksum == "c0ffee");
  BOOST_TEST((identity->quantities == std::vector<QuantityId>{voltage, energy, frequency}));
}

BOOST_AUTO_TEST_CASE(readings_arrive_in_the_order_asked_for_with_their_time_and_what_is_missing) {
  BOOST_REQUIRE(connection.terminals()->advance({2'000'000'007}).has_value());
  const std::vector<QuantityId> ids{frequency, energy, voltage, energy};
  const auto readings = connection.meter()->read(ids);
  BOOST_REQUIRE(readings.has_value());
  BOOST_REQUIRE_EQUAL(readings->size(), 4u);
  BOOST_TEST(std::isnan((*readings)[0].value));
  BOOST_TEST((*readings)[1].value == 200.0);
  BOOST_TEST((*readings)[2].value == 230.0);
  for (std::size_t i = 0; i < 4; ++i) {
    BOOST_TEST(((*readings)[i].id == ids[i]));
    BOOST_TEST((*readings)[i].time.nanoseconds == 2'000'000'007);
    BOOST_TEST((*readings)[i].resolution == 0.001);
  }
}

BOOST_AUTO_TEST_CASE(parameters_arrive_as_the_device_writes_them) {
  const auto parameters = connection.meter()->read_parameters();
  BOOST_REQUIRE(parameters.has_value());
  BOOST_TEST((*parameters == std::vector<MeterParameter>{{"unit", "1"}, {"display.digits", "7"}}));
}

BOOST_AUTO_TEST_CASE(a_quantity_that_the_device_or_anybody_lacks_is_not_found_and_named) {
  const std::vector<QuantityId> ids{voltage, current};
  const auto readings = connection.meter()->read(ids);
  BOOST_REQUIRE(!readings.has_value());
  BOOST_TEST((readings.error().code == ErrorCode::not_found));
  BOOST_TEST(readings.error().message.find("current.L1") != std::string::npos);

  grpc::ClientContext context;
  v1::ReadRequest request;
  v1::ReadReply reply;
  request.add_quantities("moon.phase");
  const auto status = v1::Meter::NewStub(raw())->Read(&context, request, &reply);
  BOOST_TEST(status.error_code() == grpc::StatusCode::NOT_FOUND);
  BOOST_TEST(status.error_message().find("moon.phase") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_side_that_is_not_served_is_unimplemented) {
  server.reset();
  server = served(directory, {.meter = &device});
  const Connection one_side = opened(*server);
  BOOST_TEST(one_side.meter()->identify().has_value());
  const auto described = one_side.terminals()->describe();
  BOOST_REQUIRE(!described.has_value());
  BOOST_TEST((described.error().code == ErrorCode::unimplemented));
}

BOOST_AUTO_TEST_CASE(a_converter_and_its_codes_arrive_to_the_bit) {
  device.converter =
      Converter{.rate = {48'000, 7}, .bits = 32, .volts_per_code = 1e-7, .amperes_per_code = 3e-9};
  const auto described = connection.terminals()->describe();
  BOOST_REQUIRE(described.has_value());
  const Converter found = described->converter.value_or(Converter{});
  BOOST_TEST((found.rate == Rational{48'000, 7}));
  BOOST_TEST(found.bits == 32);
  BOOST_TEST(found.volts_per_code == 1e-7);
  BOOST_TEST(found.amperes_per_code == 3e-9);

  const auto terms =
      connection.terminals()->apply_samples({.rate = {48'000, 7}, .frequency = {50, 1}}, 1);
  BOOST_REQUIRE(terms.has_value());
  CodeBlock block{.first_sample = 0, .rate = {48'000, 7}, .volts = {}, .amperes = {}};
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    const auto k = static_cast<std::int32_t>(phase);
    block.volts[phase] = {std::numeric_limits<std::int32_t>::min(), -1, k};
    block.amperes[phase] = {std::numeric_limits<std::int32_t>::max(), 0, -k};
  }
  const auto fed = connection.terminals()->feed(block);
  BOOST_REQUIRE(fed.has_value());
  BOOST_TEST(fed->next_sample == 3);
  BOOST_TEST((device.last_codes.volts == block.volts));
  BOOST_TEST((device.last_codes.amperes == block.amperes));
}

BOOST_AUTO_TEST_CASE(blocks_up_to_a_mebibyte_are_taken_and_larger_ones_refused) {
  const auto stub = v1::Terminals::NewStub(raw());
  for (const int count : {1365, 5461, 16'384, 21'845, 21'846}) {  // 64, 256, 768, 1024 KiB and more
    BOOST_REQUIRE(device.power_cycle().has_value());
    BOOST_REQUIRE(connection.terminals()
                      ->apply_samples({.rate = {8000, 1}, .frequency = {50, 1}}, 1)
                      .has_value());
    v1::SampleBlock block;
    block.mutable_rate()->set_numerator(8000);
    block.mutable_rate()->set_denominator(1);
    for (int row = 0; row < 3; ++row) {
      block.add_volts()->mutable_samples()->Resize(count, 1.5);
      block.add_amperes()->mutable_samples()->Resize(count, -0.5);
    }
    grpc::ClientContext context;
    v1::FeedReply reply;
    const auto writer = stub->Feed(&context, &reply);
    writer->Write(block);
    writer->WritesDone();
    const grpc::Status status = writer->Finish();
    if (count <= 21'845) {
      BOOST_TEST(status.ok(), status.error_message());
      BOOST_TEST(reply.next_sample() == count);
      BOOST_TEST(device.last_samples.count() == static_cast<std::size_t>(count));
    } else {
      BOOST_TEST(status.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
    }
  }
}

BOOST_AUTO_TEST_CASE(every_edge_reaches_all_who_watch_in_order) {
  const auto first = connection.watch_pulses();
  const auto other = connection.watch_pulses();
  BOOST_REQUIRE(first.has_value());
  BOOST_REQUIRE(other.has_value());
  BOOST_REQUIRE(connection.terminals()->advance({60'000'000'000}).has_value());
  const std::vector<Pulse> by_itself{{.output = "S0-2", .time = {60'000'000'001}}};
  server->publish(by_itself);
  for (PulseInput* input : {first->get(), other->get()}) {
    std::vector<Pulse> pulses;
    BOOST_TEST(!take(*input, 6001, pulses).has_value());
    BOOST_REQUIRE_EQUAL(pulses.size(), 6001u);
    for (std::size_t i = 0; i < 6000; ++i) {
      const auto k = static_cast<std::int64_t>(i) + 1;
      BOOST_TEST_REQUIRE(pulses[i].time.nanoseconds == 10'000'000 * k);
    }
    BOOST_TEST(pulses.back().output == "S0-2");
  }
}

BOOST_AUTO_TEST_CASE(who_watches_no_more_is_forgotten_and_the_device_goes_on) {
  const test::SmallServerProcess other;
  const auto far = Connection::open(other.address, {}, second(20));
  BOOST_REQUIRE(far.has_value());
  for (std::int64_t i = 1; i <= 20; ++i) {
    auto watch = far->watch_pulses();
    BOOST_REQUIRE(watch.has_value());
    watch->reset();
    BOOST_REQUIRE(far->terminals()->advance({i * 1'000'000'000}).has_value());
  }
}

BOOST_AUTO_TEST_CASE(a_watcher_that_falls_behind_is_told_that_edges_are_lost) {
  const auto watch = connection.watch_pulses();
  BOOST_REQUIRE(watch.has_value());
  const std::vector<Pulse> too_many(1'000'001, Pulse{.output = "S0-1", .time = {1}});
  server->publish(too_many);
  std::vector<Pulse> pulses;
  const auto end = take(**watch, too_many.size(), pulses);
  BOOST_TEST((end.value_or(Error{}).code == ErrorCode::aborted));
  BOOST_TEST(pulses.empty());
}

BOOST_AUTO_TEST_CASE(a_server_that_ends_tells_who_watches) {
  const auto watch = connection.watch_pulses();
  BOOST_REQUIRE(watch.has_value());
  BOOST_REQUIRE(connection.terminals()->advance({20'000'000}).has_value());
  server.reset();
  std::vector<Pulse> pulses;
  const auto end = take(**watch, 3, pulses);
  BOOST_TEST(end.has_value());  // not an end that looks like "no more pulses"
  BOOST_TEST(pulses.size() <= 2u);
}

BOOST_AUTO_TEST_CASE(a_cancelled_call_does_not_hang_the_server_and_what_waits_is_not_carried_out) {
  HeldDevice held;
  server.reset();
  server = served(directory, {.terminals = &held});
  const auto stub = v1::Terminals::NewStub(raw());
  grpc::ClientContext advancing;
  grpc::ClientContext waiting;
  std::thread first([&] {
    v1::AdvanceRequest request;
    request.set_until_ns(1'000'000'000);
    v1::AdvanceReply reply;
    BOOST_TEST(stub->Advance(&advancing, request, &reply).error_code() ==
               grpc::StatusCode::CANCELLED);
  });
  held.wait_until_advancing();
  std::thread queued([&] {
    v1::PowerCycleReply reply;
    BOOST_TEST(stub->PowerCycle(&waiting, {}, &reply).error_code() == grpc::StatusCode::CANCELLED);
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(100));  // it stands in the queue
  waiting.TryCancel();
  queued.join();
  advancing.TryCancel();
  first.join();
  held.release();
  const auto described = opened(*server).terminals()->describe();
  BOOST_REQUIRE(described.has_value());
  BOOST_TEST(described->now.nanoseconds == 1'000'000'000);  // it had begun: it took effect
  BOOST_TEST(held.cycles == 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace meterrig::rpc
