// SPDX-License-Identifier: GPL-3.0-or-later
// Client and server of the terminals, over real sockets, with a scripted device behind them.
#include <grpcpp/grpcpp.h>
#include <sys/stat.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <limits>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <thread>

#include "../temporary_directory.h"
#include "meterrig/rpc/connection.h"
#include "meterrig/rpc/server.h"
#include "meterrig/v1/dut.grpc.pb.h"

namespace meterrig::rpc {
namespace {

class ScriptedDevice final : public Terminals {
 public:
  Result<TerminalsDescription> describe() override {
    if (throws) throw std::runtime_error("a defect");
    return TerminalsDescription{.device = "smart-x96-5a",
                                .serial_number = "4294967295",
                                .now = now,
                                .simulated = true,
                                .model = "good",
                                .model_sha256 = "ab",
                                .takes_recipes = true,
                                .converter = converter};
  }
  Result<void> power_cycle() override {
    if (error) return tl::unexpected(*error);
    now = {0};
    return {};
  }
  Result<Instant> apply(const SignalRecipe& recipe, std::uint64_t device_seed) override {
    if (error) return tl::unexpected(*error);
    applied = recipe;
    seed = device_seed;
    return now;
  }
  Result<FeedTerms> apply_samples(const SampleFeed& samples, std::uint64_t device_seed) override {
    if (error) return tl::unexpected(*error);
    feed_applied = samples;
    seed = device_seed;
    return FeedTerms{.now = now, .capacity = 40'000, .reach = 100};
  }
  Result<FeedState> feed(const SampleBlock& block) override {
    if (error) return tl::unexpected(*error);
    fed.push_back(block);
    return FeedState{.next_sample = block.first_sample + static_cast<std::int64_t>(block.count()),
                     .room = 7};
  }
  Result<FeedState> feed(const CodeBlock& block) override {
    codes_fed.push_back(block);
    return FeedState{.next_sample = block.first_sample + static_cast<std::int64_t>(block.count()),
                     .room = 7};
  }
  Result<std::vector<Pulse>> advance(Instant until) override {
    {
      std::unique_lock lock(mutex);
      in_advance = true;
      changed.notify_all();
      changed.wait(lock, [this] { return !held; });
    }
    if (error) return tl::unexpected(*error);
    now = until;
    return pulses;
  }

  Instant now{-5};
  std::optional<Error> error;
  std::optional<SignalRecipe> applied;
  std::optional<SampleFeed> feed_applied;
  std::vector<SampleBlock> fed;
  std::vector<CodeBlock> codes_fed;
  std::optional<Converter> converter;
  std::uint64_t seed = 0;
  std::vector<Pulse> pulses;
  bool throws = false;
  std::mutex mutex;
  std::condition_variable changed;
  bool held = false;
  bool in_advance = false;
};

SignalRecipe three_phase_recipe() {
  SignalRecipe recipe;
  recipe.frequency = {2499, 50};
  recipe.noise_seed = std::numeric_limits<std::uint64_t>::max();
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    const double k = static_cast<double>(phase);
    recipe.voltage[phase] = {
        .dc = volt(0.1 * k),
        .components = {{1, volt(230 + k), degree(-120 * k)}, {63, volt(0.5), degree(17)}},
        .noise_rms = volt(0.001)};
    recipe.current[phase] = {.dc = ampere(0),
                             .components = {{1, ampere(5e-3), degree(-60 - 120 * k)}},
                             .noise_rms = ampere(1e-6)};
  }
  return recipe;
}

template <class Kind>
void check_same(const Channel<Kind>& found, const Channel<Kind>& expected) {
  BOOST_TEST((found.dc == expected.dc));
  BOOST_TEST((found.noise_rms == expected.noise_rms));
  BOOST_REQUIRE_EQUAL(found.components.size(), expected.components.size());
  for (std::size_t k = 0; k < expected.components.size(); ++k) {
    BOOST_TEST(found.components[k].order == expected.components[k].order);
    BOOST_TEST((found.components[k].rms == expected.components[k].rms));
    BOOST_TEST((found.components[k].phase == expected.components[k].phase));
  }
}

struct Fixture {
  Fixture() : address("unix:" + directory.file("dut.sock")) {
    auto served = serve(address, {.terminals = &device});
    BOOST_REQUIRE(served.has_value());
    server = std::move(*served);
  }
  [[nodiscard]] std::unique_ptr<Terminals> client(Duration timeout = second(10)) const {
    const auto connected = Connection::open(server->address(), {}, timeout);
    BOOST_REQUIRE(connected.has_value());
    return connected->terminals();
  }
  /// A stub without our client's checks.
  [[nodiscard]] std::unique_ptr<v1::Terminals::Stub> stub() const {
    return v1::Terminals::NewStub(
        grpc::CreateChannel(server->address(), grpc::InsecureChannelCredentials()));
  }

  test::TemporaryDirectory directory;
  std::string address;
  ScriptedDevice device;
  std::unique_ptr<Server> server;
};

BOOST_FIXTURE_TEST_SUITE(service, Fixture)

BOOST_AUTO_TEST_CASE(a_description_arrives_as_it_was) {
  const auto described = client()->describe();
  BOOST_REQUIRE(described.has_value());
  BOOST_TEST(described->device == "smart-x96-5a");
  BOOST_TEST(described->serial_number == "4294967295");
  BOOST_TEST(described->now.nanoseconds == -5);
  BOOST_TEST(described->simulated);
  BOOST_TEST(described->model == "good");
  BOOST_TEST(described->model_sha256 == "ab");
}

BOOST_AUTO_TEST_CASE(a_power_cycle_reaches_the_device) {
  const auto rig = client();
  BOOST_TEST(rig->power_cycle().has_value());
  BOOST_TEST(device.now.nanoseconds == 0);
  device.error = Error{ErrorCode::failed_precondition, "not now"};
  const auto refused = rig->power_cycle();
  BOOST_REQUIRE(!refused.has_value());
  BOOST_TEST((refused.error().code == ErrorCode::failed_precondition));
}

BOOST_AUTO_TEST_CASE(a_recipe_arrives_to_the_bit) {
  const SignalRecipe recipe = three_phase_recipe();
  device.now = {42};
  const auto now = client()->apply(recipe, 0x8000000000000001);
  BOOST_REQUIRE(now.has_value());
  BOOST_TEST(now->nanoseconds == 42);
  BOOST_TEST(device.seed == 0x8000000000000001);
  BOOST_REQUIRE(device.applied.has_value());
  const SignalRecipe applied = device.applied.value_or(SignalRecipe{});
  BOOST_TEST((applied.frequency == recipe.frequency));
  BOOST_TEST(applied.noise_seed == recipe.noise_seed);
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    check_same(applied.voltage[phase], recipe.voltage[phase]);
    check_same(applied.current[phase], recipe.current[phase]);
  }
}

BOOST_AUTO_TEST_CASE(pulses_arrive_in_order) {
  device.pulses = {{"S0-2", {10}}, {"S0-1", {10}}, {"S0-2", {3'600'000'000'000}}};
  const auto pulses = client()->advance({3'600'000'000'000});
  BOOST_REQUIRE(pulses.has_value());
  BOOST_REQUIRE_EQUAL(pulses->size(), 3u);
  for (std::size_t k = 0; k < 3; ++k) {
    BOOST_TEST((*pulses)[k].output == device.pulses[k].output);
    BOOST_TEST((*pulses)[k].time.nanoseconds == device.pulses[k].time.nanoseconds);
  }
}

BOOST_AUTO_TEST_CASE(more_pulses_than_a_usual_message_holds_arrive_too) {
  for (int k = 0; k < 400'000; ++k) device.pulses.push_back({"S0-2", {k}});
  const auto pulses = client()->advance({400'000});
  BOOST_REQUIRE(pulses.has_value());
  BOOST_TEST(pulses->size() == 400'000u);
}

BOOST_AUTO_TEST_CASE(pulses_out_of_order_are_not_believed) {
  device.pulses = {{"S0-2", {10}}, {"S0-2", {9}}};
  const auto swapped = client()->advance({20});
  BOOST_REQUIRE(!swapped.has_value());
  BOOST_TEST((swapped.error().code == ErrorCode::internal));
  device.pulses = {{"S0-2", {31}}};
  BOOST_TEST(!client()->advance({30}).has_value());
}

BOOST_AUTO_TEST_CASE(every_error_of_the_device_reaches_the_client) {
  const auto rig = client();
  for (int value = 0; value <= static_cast<int>(ErrorCode::internal); ++value) {
    device.error = Error{static_cast<ErrorCode>(value), "because of it"};
    const auto applied = rig->apply(three_phase_recipe(), 1);
    const auto advanced = rig->advance({1});
    BOOST_REQUIRE(!applied.has_value());
    BOOST_REQUIRE(!advanced.has_value());
    BOOST_TEST((applied.error().code == device.error->code));
    BOOST_TEST((advanced.error().code == device.error->code));
    BOOST_TEST(applied.error().message.find("because of it") != std::string::npos);
    BOOST_TEST(applied.error().message.find(server->address()) != std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(an_exception_of_the_device_is_an_internal_error) {
  device.throws = true;
  const auto described = client()->describe();
  BOOST_REQUIRE(!described.has_value());
  BOOST_TEST((described.error().code == ErrorCode::internal));
  BOOST_TEST(described.error().message.find("a defect") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_recipe_that_cannot_be_computed_is_refused_by_the_server) {
  const auto stub_used = stub();
  const auto refused = [&](const v1::ApplyRequest& request) {
    grpc::ClientContext context;
    v1::ApplyReply reply;
    const grpc::Status status = stub_used->Apply(&context, request, &reply);
    BOOST_TEST(status.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
    BOOST_TEST(!status.error_message().empty());
    BOOST_TEST(!device.applied.has_value());
  };
  v1::ApplyRequest request;
  refused(request);  // no recipe
  request.mutable_recipe();
  refused(request);  // no frequency
  request.mutable_recipe()->mutable_frequency()->set_numerator(50);
  refused(request);  // denominator 0
  request.mutable_recipe()->mutable_frequency()->set_denominator(1);
  auto& component = *request.mutable_recipe()->add_voltage()->add_components();
  component.set_order(0);
  refused(request);
  component.set_order(1);
  component.set_rms(std::numeric_limits<double>::quiet_NaN());
  refused(request);
  component.set_rms(-1);
  refused(request);
  component.set_rms(230);
  for (int k = 0; k < 3; ++k) request.mutable_recipe()->add_voltage();
  refused(request);  // four phases
}

BOOST_AUTO_TEST_CASE(samples_arrive_to_the_bit_in_messages_below_a_mebibyte) {
  const auto rig = client();
  const auto terms = rig->apply_samples({.rate = {40'002, 5}, .frequency = {2499, 50}}, 3);
  BOOST_REQUIRE(terms.has_value());
  BOOST_TEST(terms->capacity == 40'000);
  BOOST_TEST(terms->reach == 100);
  const SampleFeed applied = device.feed_applied.value_or(SampleFeed{});
  BOOST_TEST((applied.rate == Rational{40'002, 5}));
  BOOST_TEST((applied.frequency == Rational{2499, 50}));
  BOOST_TEST(device.seed == 3u);
  SampleBlock block({40'002, 5}, -24, 40'000);
  for (std::size_t phase = 0; phase < phase_count; ++phase)
    for (std::size_t i = 0; i < block.count(); ++i) {
      block.volts(phase)[i] = 325.0 / (1.0 + static_cast<double>(i * 3 + phase));
      block.amperes(phase)[i] = -7.0 / (2.0 + static_cast<double>(i * 5 + phase));
    }
  const auto state = rig->feed(block);
  BOOST_REQUIRE(state.has_value());
  BOOST_TEST(state->next_sample == 39'976);
  BOOST_TEST(state->room == 7);
  std::size_t at = 0;
  for (const SampleBlock& part : device.fed) {
    BOOST_TEST(part.count() * 48 <= 1024u * 1024u);
    BOOST_TEST(part.first_sample == -24 + static_cast<std::int64_t>(at));
    BOOST_TEST((part.rate == block.rate));
    for (std::size_t phase = 0; phase < phase_count; ++phase) {
      const auto volts = block.volts(phase).subspan(at, part.count());
      const auto amperes = block.amperes(phase).subspan(at, part.count());
      BOOST_TEST(std::equal(volts.begin(), volts.end(), part.volts(phase).begin()));
      BOOST_TEST(std::equal(amperes.begin(), amperes.end(), part.amperes(phase).begin()));
    }
    at += part.count();
  }
  BOOST_TEST(at == block.count());
}

BOOST_AUTO_TEST_CASE(what_a_device_says_to_samples_reaches_the_client) {
  const auto rig = client();
  device.error = Error{ErrorCode::failed_precondition, "no room"};
  const auto applied = rig->apply_samples({.rate = {8000, 1}, .frequency = {50, 1}}, 1);
  BOOST_REQUIRE(!applied.has_value());
  BOOST_TEST((applied.error().code == ErrorCode::failed_precondition));
  const auto fed = rig->feed(SampleBlock({8000, 1}, 0, 100'000));
  BOOST_REQUIRE(!fed.has_value());
  BOOST_TEST((fed.error().code == ErrorCode::failed_precondition));
  BOOST_TEST(fed.error().message.find("no room") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(blocks_that_make_no_sense_are_refused_by_the_server) {
  const auto stub_used = stub();
  const auto refused = [&](const std::vector<v1::SampleBlock>& blocks, const char* why) {
    grpc::ClientContext context;
    v1::FeedReply reply;
    const auto writer = stub_used->Feed(&context, &reply);
    for (const v1::SampleBlock& block : blocks) writer->Write(block);
    writer->WritesDone();
    const grpc::Status status = writer->Finish();
    BOOST_TEST(status.error_code() == grpc::StatusCode::INVALID_ARGUMENT, why);
    BOOST_TEST(status.error_message().find(why) != std::string::npos, status.error_message());
    BOOST_TEST(device.fed.empty());
  };
  refused({}, "no block");
  v1::SampleBlock block;
  refused({block}, "sample rate");
  block.mutable_rate()->set_numerator(8000);
  refused({block}, "8000/0");
  block.mutable_rate()->set_denominator(1);
  refused({block}, "0 samples");
  block.add_volts()->add_samples(1);
  block.add_amperes();
  refused({block}, "a row of 0 samples beside one of 1");
  block.mutable_amperes(0)->add_samples(1);
  for (int k = 0; k < 3; ++k) block.add_volts()->add_samples(1);
  refused({block}, "4 voltages");
  block.clear_amperes();
  block.clear_volts();
  block.add_volts()->mutable_samples()->Resize(21'846, 0.0);
  refused({block}, "21846 samples");
}

BOOST_AUTO_TEST_CASE(a_device_that_hangs_meets_the_deadline) {
  device.held = true;
  const auto impatient = client(millisecond(200));
  const auto advanced = impatient->advance({1});
  BOOST_REQUIRE(!advanced.has_value());
  BOOST_TEST((advanced.error().code == ErrorCode::deadline_exceeded));
  {
    const std::scoped_lock lock(device.mutex);
    device.held = false;
  }
  device.changed.notify_all();
}

BOOST_AUTO_TEST_CASE(calls_come_one_at_a_time) {
  device.held = true;
  std::thread first([this] { (void)client()->advance({1}); });
  {
    std::unique_lock lock(device.mutex);
    device.changed.wait(lock, [this] { return device.in_advance; });
  }
  const auto described = client(millisecond(200))->describe();
  BOOST_TEST(!described.has_value());  // still waiting for the first
  {
    const std::scoped_lock lock(device.mutex);
    device.held = false;
  }
  device.changed.notify_all();
  first.join();
}

BOOST_AUTO_TEST_CASE(a_server_that_has_gone_is_unavailable) {
  const auto rig = client(second(2));
  server.reset();
  const auto described = rig->describe();
  BOOST_REQUIRE(!described.has_value());
  BOOST_TEST((described.error().code == ErrorCode::unavailable));
  const auto again = Connection::open(address, {}, millisecond(200));
  BOOST_REQUIRE(!again.has_value());
  BOOST_TEST((again.error().code == ErrorCode::unavailable));
}

BOOST_AUTO_TEST_CASE(a_unix_socket_is_for_its_owner_and_goes_with_the_server) {
  const std::string path = address.substr(5);
  struct stat status{};
  BOOST_REQUIRE(::stat(path.c_str(), &status) == 0);
  BOOST_TEST((status.st_mode & 0777) == 0600);
  server.reset();
  BOOST_TEST(!std::filesystem::exists(path));
}

BOOST_AUTO_TEST_CASE(a_second_server_does_not_take_the_place_of_the_first) {
  ScriptedDevice other;
  const auto second_one = serve(address, {.terminals = &other});
  BOOST_REQUIRE(!second_one.has_value());
  BOOST_TEST((second_one.error().code == ErrorCode::already_exists));
  BOOST_TEST(client()->describe().has_value());
}

BOOST_AUTO_TEST_CASE(a_loopback_port_may_be_chosen_by_the_system_and_is_taken_once) {
  ScriptedDevice other;
  auto on_tcp = serve("127.0.0.1:0", {.terminals = &other});
  BOOST_REQUIRE(on_tcp.has_value());
  const std::string where = (*on_tcp)->address();
  BOOST_TEST(where != "127.0.0.1:0");
  const auto rig = Connection::open(where, {}, second(5));
  BOOST_REQUIRE(rig.has_value());
  BOOST_TEST(rig->terminals()->describe().has_value());
  const auto same_port = serve(where, {.terminals = &device});
  BOOST_REQUIRE(!same_port.has_value());
  BOOST_TEST((same_port.error().code == ErrorCode::unavailable));
}

BOOST_AUTO_TEST_CASE(neither_side_leaves_this_host) {
  ScriptedDevice other;
  const auto served = serve("0.0.0.0:0", {.terminals = &other});
  BOOST_REQUIRE(!served.has_value());
  BOOST_TEST((served.error().code == ErrorCode::permission_denied));
  const auto connected = Connection::open("192.0.2.1:50051", {}, second(1));
  BOOST_REQUIRE(!connected.has_value());
  BOOST_TEST((connected.error().code == ErrorCode::permission_denied));
}

BOOST_AUTO_TEST_CASE(a_timeout_must_be_a_time) {
  for (const Duration timeout : {second(0), second(-1), Duration(), hour(1000)}) {
    const auto connected = Connection::open(address, {}, timeout);
    BOOST_REQUIRE(!connected.has_value());
    BOOST_TEST((connected.error().code == ErrorCode::invalid_argument));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace meterrig::rpc
