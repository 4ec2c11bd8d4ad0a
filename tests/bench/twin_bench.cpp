// SPDX-License-Identifier: GPL-3.0-or-later
// How many seconds of a simulated meter's life a second of CPU computes. One item is a scan: a
// sample of three voltages and three currents.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "meterrig/loader/load.h"
#include "meterrig/twin/meter_core.h"
#include "meterrig/twin/twin.h"
#include "meterrig/vocabulary/operating_point.h"
#include "meterrig/vocabulary/signal.h"

namespace {

using namespace meterrig;

SignalRecipe balanced() {
  const auto recipe = recipe_of({.frequency = hertz(50),
                                 .voltage = {volt(230), volt(230), volt(230)},
                                 .voltage_angle = {degree(0), degree(-120), degree(120)},
                                 .current = {ampere(5), ampere(5), ampere(5)},
                                 .displacement = {degree(60), degree(60), degree(60)}});
  if (!recipe) std::abort();
  return *recipe;
}

std::string shipped(const std::string& name) {
  return std::string(METERRIG_SOURCE) + "/dut/profiles/" + name;
}

/// The shipped device and models: "good" has noise, transformers and a clock error.
void twin_advance(benchmark::State& state, const std::string& model_name) {
  const auto device = loader::load_device(shipped("smart-x96-5a.yaml"));
  const auto model = loader::load_twin(shipped(model_name));
  if (!device || !model) std::abort();
  const v1::Device& profile = device->message.device();
  const auto made =
      twin::Twin::create(profile, model->message.twin(), "", twin::factory_line(profile.modbus()));
  if (!made) std::abort();
  if (!(*made)->apply(balanced(), 1)) std::abort();
  Instant now;
  for ([[maybe_unused]] auto step : state) {
    now = now + second(1);
    if (!(*made)->advance(now)) std::abort();
  }
  state.SetItemsProcessed(state.iterations() * 8000);
  state.counters["meter_seconds/s"] =
      benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}
BENCHMARK_CAPTURE(twin_advance, good, "smart-x96-5a.twin.yaml")->Unit(benchmark::kMillisecond);

/// The meter core alone, on codes at hand; the argument is the pulse grid in microseconds.
void core_feed(benchmark::State& state) {
  twin::CoreSettings settings;
  settings.nominal_rate = {8000, 1};
  settings.voltage_full_scale = volt(500);
  settings.current_full_scale = ampere(25);
  settings.reference_voltage = volt(230);
  settings.reference_frequency = hertz(50);
  settings.creep_threshold = milliampere(1);
  settings.initial_import = watt_hour(0);
  settings.initial_export = watt_hour(0);
  settings.outputs.resize(1);
  settings.outputs[0].constant = impulse_per_kilowatt_hour(3200);
  settings.outputs[0].width = millisecond(100);
  settings.outputs[0].position_quantum = microsecond(static_cast<double>(state.range(0)));
  auto core = twin::MeterCore::create(settings);
  if (!core) std::abort();
  std::vector<std::int32_t> row(8000);
  for (std::size_t k = 0; k < row.size(); ++k) {
    const auto place = static_cast<std::int32_t>(k % 160);  // a triangle of 50 Hz
    row[k] = (place < 80 ? place - 40 : 120 - place) * 100'000;
  }
  const twin::Codes codes{.volts = {row, row, row}, .amperes = {row, row, row}};
  std::vector<twin::PulseEdge> edges;
  for ([[maybe_unused]] auto step : state) {
    edges.clear();
    core->feed(codes, edges);
  }
  state.SetItemsProcessed(state.iterations() * 8000);
}
BENCHMARK(core_feed)->Arg(1000)->Arg(20000)->Arg(0)->Unit(benchmark::kMillisecond);

}  // namespace
