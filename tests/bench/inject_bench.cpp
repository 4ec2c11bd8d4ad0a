// SPDX-License-Identifier: GPL-3.0-or-later
// Serial injection: a second of codes at 8 kS/s fed and lived through, in memory, over a
// pseudo-terminal and over TCP.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "meterrig/inject/connection.h"
#include "meterrig/inject/serve.h"
#include "meterrig/ports/pseudo_terminal.h"
#include "meterrig_receiver.h"

namespace {

using namespace meterrig;

constexpr Rational rate{8000, 1};
constexpr Converter converter{
    .rate = rate, .bits = 24, .volts_per_code = 1e-4, .amperes_per_code = 1e-5};
constexpr std::size_t scans_a_step = 8000;

/// Takes everything and does nothing.
class Sink final : public Terminals {
 public:
  Result<TerminalsDescription> describe() override {
    TerminalsDescription who;
    who.takes_recipes = false;
    who.converter = converter;
    return who;
  }
  Result<void> power_cycle() override { return {}; }
  Result<Instant> apply(const SignalRecipe& /*recipe*/, std::uint64_t /*seed*/) override {
    return Instant{};
  }
  Result<FeedTerms> apply_samples(const SampleFeed& /*samples*/, std::uint64_t /*seed*/) override {
    return FeedTerms{.now = {}, .capacity = 65'536, .reach = 0};
  }
  Result<FeedState> feed(const SampleBlock& /*block*/) override { return FeedState{}; }
  Result<FeedState> feed(const CodeBlock& /*block*/) override { return FeedState{}; }
  Result<std::vector<Pulse>> advance(Instant /*until*/) override { return std::vector<Pulse>(); }
};

/// The receiver in the rig's own thread.
class Memory final : public ports::ByteStream {
 public:
  Memory() : request_(4096), reply_(4096), scans_(65'536) {
    device_.context = this;
    device_.description = &description_;
    device_.write = [](void* context, const std::uint8_t* bytes, std::size_t count) {
      auto& incoming = static_cast<Memory*>(context)->incoming_;
      incoming.insert(incoming.end(), bytes, bytes + count);
    };
    device_.scans = [](void*, std::int64_t, const mr_scan* scans, std::size_t) {
      benchmark::DoNotOptimize(scans);
      return mr_result{.code = MR_OK, .text = ""};
    };
    const mr_buffers buffers{.request = request_.data(),
                             .request_size = request_.size(),
                             .reply = reply_.data(),
                             .reply_size = reply_.size(),
                             .scans = scans_.data(),
                             .scan_count = scans_.size()};
    if (!mr_init(&receiver_, &device_, &buffers)) std::abort();
  }
  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] Duration character_time() const override { return second(0); }
  Result<void> write(std::span<const std::uint8_t> bytes) override {
    mr_receive(&receiver_, bytes.data(), bytes.size());
    return {};
  }
  Result<std::size_t> read(std::span<std::uint8_t> buffer, Duration /*patience*/) override {
    const std::size_t count = std::min(buffer.size(), incoming_.size());
    std::copy_n(incoming_.begin(), count, buffer.begin());
    incoming_.erase(incoming_.begin(), incoming_.begin() + static_cast<std::ptrdiff_t>(count));
    return count;
  }

 private:
  std::string name_ = "memory";
  std::vector<std::uint8_t> request_;
  std::vector<std::uint8_t> reply_;
  std::vector<mr_scan> scans_;
  std::vector<std::uint8_t> incoming_;
  mr_description description_{.device = "sink",
                              .serial_number = "",
                              .model = "",
                              .model_sha256 = "",
                              .firmware_version = "",
                              .firmware_checksum = "",
                              .rate_numerator = 8000,
                              .rate_denominator = 1,
                              .bits = 24,
                              .volts_per_code = 1e-4,
                              .amperes_per_code = 1e-5};
  mr_device device_{};
  mr_receiver receiver_{};
};

void run(benchmark::State& state, const std::shared_ptr<wire::Caller>& caller) {
  const auto terminals = wire::terminals_over(caller);
  if (!terminals->apply_samples({.rate = rate, .frequency = {50, 1}}, 1)) std::abort();
  CodeBlock block{.first_sample = 0, .rate = rate, .volts = {}, .amperes = {}};
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    block.volts.at(phase).assign(scans_a_step, 3'000'000);  // 4 bytes each
    block.amperes.at(phase).assign(scans_a_step, -3'000'000);
  }
  std::int64_t seconds = 0;
  for ([[maybe_unused]] auto step : state) {
    if (!terminals->feed(block)) std::abort();
    if (!terminals->advance({++seconds * 1'000'000'000})) std::abort();
    block.first_sample += static_cast<std::int64_t>(scans_a_step);
  }
  state.SetItemsProcessed(seconds * static_cast<std::int64_t>(scans_a_step));
  state.SetBytesProcessed(seconds * static_cast<std::int64_t>(scans_a_step) * 24);
}

void memory(benchmark::State& state) {
  const auto caller = inject::connect(std::make_unique<Memory>(), {});
  if (!caller) std::abort();
  run(state, *caller);
}
BENCHMARK(memory)->Unit(benchmark::kMillisecond)->UseRealTime();

void pseudo_terminal(benchmark::State& state) {
  Sink sink;
  const auto terminal = ports::PseudoTerminal::create();
  if (!terminal) std::abort();
  const auto server =
      inject::serve_line(terminal->descriptor(), std::nullopt, {.terminals = &sink}, converter);
  if (!server) std::abort();
  const auto caller = inject::open_serial(terminal->path(), {.baud_rate = 115'200}, {});
  if (!caller) std::abort();
  run(state, *caller);
}
BENCHMARK(pseudo_terminal)->Unit(benchmark::kMillisecond)->UseRealTime();

void tcp(benchmark::State& state) {
  Sink sink;
  const auto server = inject::serve_tcp("127.0.0.1:0", {.terminals = &sink}, converter);
  if (!server) std::abort();
  const auto caller = inject::open_tcp("127.0.0.1", (*server)->port(), {});
  if (!caller) std::abort();
  run(state, *caller);
}
BENCHMARK(tcp)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
