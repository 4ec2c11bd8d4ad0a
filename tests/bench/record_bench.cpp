// SPDX-License-Identifier: GPL-3.0-or-later
// The record meter beside other ways to the same harmonics. One item is a scan of all channels.
#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdlib>
#include <numbers>
#include <vector>

#include "meterrig/reference/record_meter.h"
#include "meterrig/reference/second_algorithm.h"
#include "meterrig/synthesis/synthesis.h"

namespace {

using namespace meterrig;

SampleBlock samples(Rational rate, std::size_t count, double noise) {
  SignalRecipe recipe{.frequency = {49987, 1000}, .noise_seed = 1, .voltage = {}, .current = {}};
  const auto fill = [=](auto& channel, auto unit, double rms) {
    channel.dc = unit(0);
    channel.noise_rms = unit(noise * rms);
    for (std::int32_t h = 1; h <= 25; ++h)
      channel.components.push_back({.order = h, .rms = unit(rms / h), .phase = degree(10.0 * h)});
  };
  for (auto& channel : recipe.voltage) fill(channel, volt, 230);
  for (auto& channel : recipe.current) fill(channel, ampere, 5);
  auto source = synthesis::Synthesis::create(recipe, rate);
  SampleBlock block(rate, 0, count);
  if (!source || !source->read(block)) std::abort();
  return block;
}

std::vector<std::span<const double>> rows_of(const SampleBlock& block) {
  std::vector<std::span<const double>> rows;
  for (std::size_t p = 0; p < phase_count; ++p) rows.push_back(block.volts(p));
  for (std::size_t p = 0; p < phase_count; ++p) rows.push_back(block.amperes(p));
  return rows;
}

void count_scans(benchmark::State& state, std::size_t per_iteration) {
  const auto total = static_cast<double>(per_iteration) * static_cast<double>(state.iterations());
  state.SetItemsProcessed(static_cast<std::int64_t>(total));
  state.counters["time/scan"] =
      benchmark::Counter(total, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

// Three voltages, three currents, everything: 63 harmonics, events, powers; fed in blocks of 4096
// scans. Arguments: rate, and noise in millionths.
void record_meter(benchmark::State& state) {
  constexpr std::size_t piece = 4096;
  const Rational rate{state.range(0), 1};
  const auto count = static_cast<std::size_t>(state.range(0)) * 10;
  const SampleBlock block = samples(rate, count, static_cast<double>(state.range(1)) * 1e-6);
  const auto rows = rows_of(block);
  for ([[maybe_unused]] auto step : state) {
    reference::RecordSettings settings{
        .rate = rate,
        .channels = std::vector<reference::RecordChannel>(6),
        .pairs = {{0, 3}, {1, 4}, {2, 5}},
        .nominal = hertz(50),
        .events =
            reference::EventLimits{
                .dip = 0.9, .swell = 1.1, .interruption = 0.05, .hysteresis = 0.02},
        .reference_voltage = std::nullopt};
    for (std::size_t c = 0; c < 6; ++c)
      settings.channels[c].kind = c < 3 ? ChannelKind::voltage : ChannelKind::current;
    auto meter = reference::RecordMeter::create(settings);
    if (!meter) std::abort();
    for (std::size_t at = 0; at < count; at += piece) {
      std::vector<std::span<const double>> part;
      for (const auto row : rows) part.push_back(row.subspan(at, std::min(piece, count - at)));
      meter->feed(part);
    }
    auto reading = meter->finish();
    benchmark::DoNotOptimize(reading);
  }
  count_scans(state, count);
}
BENCHMARK(record_meter)
    ->ArgNames({"rate", "ppm"})
    ->Args({4000, 0})
    ->Args({8000, 0})
    ->Args({8000, 1000})
    ->Args({50000, 0})
    ->Args({50000, 1000});

void fit_of_a_window(benchmark::State& state) {
  const Rational rate{state.range(0), 1};
  const auto count = static_cast<std::size_t>(state.range(0)) / 5;
  const SampleBlock block = samples(rate, count, 0);
  for ([[maybe_unused]] auto step : state) {
    auto reading = reference::measure_by_fit(block, hertz(49.987));
    if (!reading) std::abort();
    benchmark::DoNotOptimize(reading);
  }
  count_scans(state, count);
}
BENCHMARK(fit_of_a_window)->ArgName("rate")->Arg(8000)->Arg(50000);

// What a plain loop does: each order by itself over the window as it is, whole periods or not,
// sines and cosines by recurrence.
void naive_correlation_of_a_window(benchmark::State& state) {
  const Rational rate{state.range(0), 1};
  const auto count = static_cast<std::size_t>(state.range(0)) / 5;
  const SampleBlock block = samples(rate, count, 0);
  const auto rows = rows_of(block);
  const double omega = 2 * std::numbers::pi * 49.987 / rate.value();
  for ([[maybe_unused]] auto step : state)
    for (const auto row : rows)
      for (int h = 1; h <= 63; ++h) {
        const double c = std::cos(h * omega);
        const double s = std::sin(h * omega);
        double cosine = 1;
        double sine = 0;
        double x = 0;
        double y = 0;
        for (const double value : row) {
          x += value * cosine;
          y += value * sine;
          const double next = cosine * c - sine * s;
          sine = sine * c + cosine * s;
          cosine = next;
        }
        benchmark::DoNotOptimize(x);
        benchmark::DoNotOptimize(y);
      }
  count_scans(state, count);
}
BENCHMARK(naive_correlation_of_a_window)->ArgName("rate")->Arg(8000)->Arg(50000);

}  // namespace
