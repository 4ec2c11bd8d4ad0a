// SPDX-License-Identifier: GPL-3.0-or-later
// How many times faster than the clock a meter of three voltages and three currents at 8 kS/s, 63
// arbitrary harmonics at a frequency that is no part of the rate, is computed: every sample, in
// double precision, on one core. peers/energy_numpy.py does the same with numpy.
#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdlib>

#include "meterrig/reference/power_meter.h"
#include "meterrig/synthesis/synthesis.h"

namespace {

using namespace meterrig;

constexpr Rational rate{8000, 1};
constexpr std::size_t scans = 1600;  // a window of 0.2 s

SignalRecipe recipe_with(std::int32_t orders) {
  SignalRecipe recipe{.frequency = {49987, 1000}, .noise_seed = 1, .voltage = {}, .current = {}};
  const auto fill = [=](auto& channel, auto unit, double rms, double turn) {
    channel.dc = unit(0);
    for (std::int32_t h = 1; h <= orders; ++h)
      channel.components.push_back({.order = h,
                                    .rms = unit(h == 1 ? rms : 0.1 * rms / h),
                                    .phase = degree(std::fmod(turn + 77.0 * h * h, 360))});
  };
  for (std::size_t p = 0; p < phase_count; ++p) {
    fill(recipe.voltage[p], volt, 230, 120.0 * static_cast<double>(p));
    fill(recipe.current[p], ampere, 5, 120.0 * static_cast<double>(p) + 20);
  }
  return recipe;
}

synthesis::Synthesis source(std::int32_t orders) {
  auto made = synthesis::Synthesis::create(recipe_with(orders), rate);
  if (!made) std::abort();
  return *std::move(made);
}

class Energy final : public reference::PowerMeter::Sink {
 public:
  void take(const reference::PowerWindow& window) override {
    benchmark::DoNotOptimize(window.reading.p_total);
  }
};

using Quantities = reference::PowerMeter::Quantities;

reference::PowerMeter meter_of(int cycles, Quantities quantities = Quantities::all) {
  auto meter = reference::PowerMeter::create(
      {.rate = rate, .nominal = hertz(50), .cycles = cycles, .quantities = quantities});
  if (!meter) std::abort();
  return *std::move(meter);
}

void count(benchmark::State& state) {
  const auto total = static_cast<double>(scans) * static_cast<double>(state.iterations());
  state.counters["x real time"] =
      benchmark::Counter(total / rate.value(), benchmark::Counter::kIsRate);
  state.counters["samples/s"] = benchmark::Counter(6 * total, benchmark::Counter::kIsRate);
}

void synthesis_alone(benchmark::State& state) {
  auto signal = source(static_cast<std::int32_t>(state.range(0)));
  SampleBlock block(rate, 0, scans);
  for ([[maybe_unused]] auto step : state) {
    if (!signal.read(block)) std::abort();
    block.first_sample += static_cast<std::int64_t>(scans);
    benchmark::DoNotOptimize(block.volts(0).data());
  }
  count(state);
}
BENCHMARK(synthesis_alone)->ArgName("harmonics")->Arg(1)->Arg(15)->Arg(63);

void metering_of_ready_samples(benchmark::State& state, Quantities quantities) {
  auto signal = source(63);
  SampleBlock block(rate, 0, scans);
  if (!signal.read(block)) std::abort();
  auto meter = meter_of(static_cast<int>(state.range(0)), quantities);
  Energy energy;
  for ([[maybe_unused]] auto step : state) {
    if (!meter.feed(block, energy)) std::abort();
    block.first_sample += static_cast<std::int64_t>(scans);
  }
  count(state);
}
BENCHMARK_CAPTURE(metering_of_ready_samples, rms_p_energy, Quantities::active)
    ->ArgName("cycles")
    ->Arg(10)
    ->Arg(50);
BENCHMARK_CAPTURE(metering_of_ready_samples, rms_p_q_dc_thd_energy, Quantities::all)
    ->ArgName("cycles")
    ->Arg(10)
    ->Arg(50);

void synthesis_and_metering(benchmark::State& state) {
  auto signal = source(63);
  SampleBlock block(rate, 0, scans);
  auto meter = meter_of(static_cast<int>(state.range(0)));
  Energy energy;
  for ([[maybe_unused]] auto step : state) {
    if (!signal.read(block)) std::abort();
    if (!meter.feed(block, energy)) std::abort();
    block.first_sample += static_cast<std::int64_t>(scans);
  }
  count(state);
}
BENCHMARK(synthesis_and_metering)->ArgName("cycles")->Arg(10)->Arg(50);

// The plainest loop there is, over the block as it is: whole periods or not, no Q, no frequency.
void naive_sums_of_ready_samples(benchmark::State& state) {
  auto signal = source(63);
  SampleBlock block(rate, 0, scans);
  if (!signal.read(block)) std::abort();
  for ([[maybe_unused]] auto step : state) {
    for (std::size_t p = 0; p < phase_count; ++p) {
      double uu = 0;
      double ii = 0;
      double ui = 0;
      for (std::size_t n = 0; n < scans; ++n) {
        uu += block.volts(p)[n] * block.volts(p)[n];
        ii += block.amperes(p)[n] * block.amperes(p)[n];
        ui += block.volts(p)[n] * block.amperes(p)[n];
      }
      benchmark::DoNotOptimize(std::sqrt(uu));
      benchmark::DoNotOptimize(std::sqrt(ii));
      benchmark::DoNotOptimize(ui);
    }
  }
  count(state);
}
BENCHMARK(naive_sums_of_ready_samples);

}  // namespace
