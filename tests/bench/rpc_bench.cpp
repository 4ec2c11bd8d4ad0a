// SPDX-License-Identifier: GPL-3.0-or-later
// What the way to a device over gRPC carries: samples as doubles and as codes in blocks of several
// sizes, and the time of one Read; on a unix socket, TCP and TLS. Bytes are those of the message;
// an item is a scan, a sample of three voltages and three currents.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "../dut/small_device.h"
#include "../dut/temporary_directory.h"
#include "../dut/test_authority.h"
#include "meterrig/rpc/connection.h"
#include "meterrig/rpc/server.h"
#include "meterrig/wire/mapping.h"

namespace {

using namespace meterrig;

enum class Way { unix_socket, tcp, tls };

// A device that takes any number of samples, and a connection to it.
class Line {
 public:
  Line(Way way, bool codes) {
    if (codes)
      device_.converter = Converter{
          .rate = {8000, 1}, .bits = 24, .volts_per_code = 1e-4, .amperes_per_code = 1e-6};
    std::optional<rpc::ServerTls> served;
    std::optional<rpc::ClientTls> called;
    if (way == Way::tls) {
      const test::TestAuthority authority(folder_.file("."), "works");
      const auto own = authority.issue("meter");
      served = {.certificate = own.certificate, .key = own.key, .client_authority = ""};
      called = {
          .authority = authority.certificate(), .certificate = "", .key = "", .server_name = ""};
    }
    const std::string address =
        way == Way::unix_socket ? "unix:" + folder_.file("dut.sock") : "127.0.0.1:0";
    auto server = rpc::serve(address, {.terminals = &device_, .meter = &device_}, served);
    if (!server) std::abort();
    server_ = std::move(*server);
    const auto connection = rpc::Connection::open(server_->address(), called, second(20));
    if (!connection) std::abort();
    terminals_ = connection->terminals();
    meter_ = connection->meter();
  }

  // One block from sample 0 on, as the first of a new feed.
  template <class Block>
  void feed(const Block& block) {
    // Without a call over the line: only the feed is timed.
    if (!device_.apply_samples({.rate = {8000, 1}, .frequency = {50, 1}}, 1)) std::abort();
    if (!terminals_->feed(block)) std::abort();
  }
  void read() {
    const std::vector<QuantityId> ids{{Measurand::voltage, Place::L1},
                                      {Measurand::active_energy_import, Place::total}};
    if (!meter_->read(ids)) std::abort();
  }

 private:
  test::TemporaryDirectory folder_;
  test::SmallDevice device_;
  std::unique_ptr<rpc::Server> server_;
  std::unique_ptr<Terminals> terminals_;
  std::unique_ptr<Meter> meter_;
};

template <class Block>
void run(benchmark::State& state, Way way, bool codes, const Block& block) {
  Line line(way, codes);
  for ([[maybe_unused]] auto step : state) line.feed(block);
  const auto bytes = wire::message_from(block, 0, block.count()).ByteSizeLong();
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(block.count()));
}

// The argument is KiB as doubles.
void feed_doubles(benchmark::State& state, Way way) {
  SampleBlock block({8000, 1}, 0, static_cast<std::size_t>(state.range(0)) * 1024 / 48);
  for (std::size_t phase = 0; phase < phase_count; ++phase)
    for (double& sample : block.volts(phase)) sample = 325.0 / 3;
  run(state, way, false, block);
}

// As many samples as the doubles would be.
void feed_codes(benchmark::State& state, Way way) {
  const auto count = static_cast<std::size_t>(state.range(0)) * 1024 / 48;
  CodeBlock block{.first_sample = 0, .rate = {8000, 1}, .volts = {}, .amperes = {}};
  for (auto& row : block.volts) row.assign(count, 3'250'000);
  for (auto& row : block.amperes) row.assign(count, -70'000);
  run(state, way, true, block);
}

void read_two_quantities(benchmark::State& state, Way way) {
  Line line(way, false);
  for ([[maybe_unused]] auto step : state) line.read();
}

BENCHMARK_CAPTURE(feed_doubles, unix, Way::unix_socket)->Arg(64)->Arg(256)->Arg(768)->UseRealTime();
BENCHMARK_CAPTURE(feed_doubles, tcp, Way::tcp)->Arg(64)->Arg(256)->Arg(768)->UseRealTime();
BENCHMARK_CAPTURE(feed_doubles, tls, Way::tls)->Arg(64)->Arg(256)->Arg(768)->UseRealTime();
BENCHMARK_CAPTURE(feed_codes, unix, Way::unix_socket)->Arg(64)->Arg(256)->Arg(768)->UseRealTime();
BENCHMARK_CAPTURE(feed_codes, tcp, Way::tcp)->Arg(64)->Arg(256)->Arg(768)->UseRealTime();
BENCHMARK_CAPTURE(feed_codes, tls, Way::tls)->Arg(64)->Arg(256)->Arg(768)->UseRealTime();
BENCHMARK_CAPTURE(read_two_quantities, unix, Way::unix_socket)->UseRealTime();
BENCHMARK_CAPTURE(read_two_quantities, tcp, Way::tcp)->UseRealTime();
BENCHMARK_CAPTURE(read_two_quantities, tls, Way::tls)->UseRealTime();

}  // namespace
