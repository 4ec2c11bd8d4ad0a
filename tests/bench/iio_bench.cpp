// SPDX-License-Identifier: GPL-3.0-or-later
// How many seconds of a virtual bench of converters pass in a second for a client that reads six
// phases and a pulse input at 8 kHz over TCP, without pacing. One item is a scan.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

#include "../generators/iio/three_phase_settings.h"
#include "meterrig/iio/context.h"
#include "meterrig/iio_server/personalities.h"
#include "meterrig/iio_server/server.h"
#include "meterrig/loader/load.h"
#include "meterrig/twin/twin.h"

namespace {

using namespace meterrig;

constexpr std::int64_t rate = 8000;

template <class T>
T must(Result<T> result) {
  if (!result) std::abort();
  return std::move(*result);
}

/// The shipped device with noise, transformers and a clock error.
std::unique_ptr<twin::Twin> a_meter() {
  const std::string profiles = std::string(METERRIG_SOURCE) + "/dut/profiles/";
  const auto device = loader::load_device(profiles + "smart-x96-5a.yaml");
  const auto model = loader::load_twin(profiles + "smart-x96-5a.twin.yaml");
  if (!device || !model) std::abort();
  const v1::Device& profile = device->message.device();
  return must(
      twin::Twin::create(profile, model->message.twin(), "", twin::factory_line(profile.modbus())));
}

void read_input(benchmark::State& state, bool with_meter) {
  const std::unique_ptr<twin::Twin> meter = with_meter ? a_meter() : nullptr;
  iio_server::BenchSettings settings{.wiring = iio_server::three_phase_wiring("S0-2")};
  settings.device = meter.get();
  const auto bench =
      must(iio_server::VirtualBench::create(iio_server::three_phase_bench(), std::move(settings)));
  const auto server = must(iio_server::serve("127.0.0.1:0", *bench));
  const auto context =
      must(iio::Context::open("ip:127.0.0.1:" + std::to_string(server->port()), second(5)));
  iio::DacSettings outputs = three_phase_outputs();
  outputs.rate = {32'000, 1};
  const auto source = must(iio::DacSource::open(context, std::move(outputs)));
  iio::AdcSettings inputs = three_phase_inputs();
  inputs.rate = {rate, 1};
  inputs.pulse_inputs.push_back(
      {.channel = "voltage6", .output = "S0-2", .threshold = volt(1.65), .hysteresis = volt(0.5)});
  const auto input = must(iio::AdcInput::open(context, std::move(inputs)));
  if (!source->apply(three_phase_point()) || !input->start()) std::abort();
  for ([[maybe_unused]] auto step : state) {
    if (!input->read(rate)) std::abort();
    benchmark::DoNotOptimize(input->take_pulses());
  }
  state.SetItemsProcessed(state.iterations() * rate);
  state.counters["bench_seconds/s"] =
      benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}
BENCHMARK_CAPTURE(read_input, without_a_meter, false)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(read_input, with_a_meter, true)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
