// SPDX-License-Identifier: GPL-3.0-or-later
// Windows of 10 cycles of three voltages and three currents at 8 kS/s with 63 arbitrary harmonics,
// off the nominal frequency: simulated seconds a second, and time a window.
#include <benchmark/benchmark.h>

#include <array>
#include <cmath>
#include <complex>
#include <cstdlib>
#include <vector>

#include "meterrig/reference/harmonics.h"
#include "meterrig/reference/record_meter.h"
#include "meterrig/synthesis/synthesis.h"

namespace {

using namespace meterrig;

constexpr Rational frequency{99, 2};  // whole cycles in two seconds, which are fed again and again
constexpr double seconds = 2;
constexpr double piece = 0.5;  // seconds a block

std::vector<SampleBlock> blocks(Rational rate) {
  SignalRecipe recipe{.frequency = frequency, .noise_seed = 1, .voltage = {}, .current = {}};
  const auto fill = [](auto& channel, auto unit, double rms, double phase) {
    channel.dc = unit(0.001 * rms);
    channel.noise_rms = unit(0);
    for (std::int32_t h = 1; h <= 63; ++h)
      channel.components.push_back({.order = h,
                                    .rms = unit(h == 1 ? rms : 0.1 * rms / h),
                                    .phase = degree(h * phase + 37.0 * h * h)});
  };
  for (std::size_t p = 0; p < phase_count; ++p) {
    fill(recipe.voltage.at(p), volt, 230, -120.0 * static_cast<double>(p));
    fill(recipe.current.at(p), ampere, 5, -120.0 * static_cast<double>(p) - 20);
  }
  auto source = synthesis::Synthesis::create(recipe, rate);
  if (!source) std::abort();
  std::vector<SampleBlock> result;
  const auto count = static_cast<std::int64_t>(seconds * rate.value());
  const auto length = static_cast<std::int64_t>(piece * rate.value());
  for (std::int64_t at = 0; at < count; at += length) {
    result.emplace_back(rate, at, static_cast<std::size_t>(length));
    if (!source->read(result.back())) std::abort();
  }
  return result;
}

void count_windows(benchmark::State& state, double windows) {
  state.counters["seconds/s"] = benchmark::Counter(0.2 * windows, benchmark::Counter::kIsRate);
  state.counters["time/window"] =
      benchmark::Counter(windows, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void analyze(benchmark::State& state, reference::HarmonicPrecision precision, bool with_events) {
  const Rational rate{state.range(0), 1};
  auto input = blocks(rate);
  reference::HarmonicSettings settings;
  settings.rate = rate;
  settings.nominal = hertz(50);
  settings.precision = precision;
  if (with_events) settings.events = reference::VoltageEventSettings{.reference_voltage = 230};
  settings.largest_block = input.front().count();
  auto meter = reference::HarmonicAnalyzer::create(settings);
  if (!meter) std::abort();
  reference::HarmonicWindow window;
  double windows = 0;
  const auto feed = [&](SampleBlock& block) {
    if (!meter->feed(block)) std::abort();
    block.first_sample += static_cast<std::int64_t>(seconds * rate.value());
    while (meter->next(window)) ++windows;
    benchmark::DoNotOptimize(window);
  };
  for (SampleBlock& block : input) feed(block);  // with the search for the frequency
  windows = 0;
  for ([[maybe_unused]] auto step : state)
    for (SampleBlock& block : input) feed(block);
  count_windows(state, windows);
}
void fast(benchmark::State& state) { analyze(state, reference::HarmonicPrecision::fast, false); }
void exact(benchmark::State& state) { analyze(state, reference::HarmonicPrecision::exact, false); }
void fast_with_events(benchmark::State& state) {
  analyze(state, reference::HarmonicPrecision::fast, true);
}
BENCHMARK(fast)->ArgName("rate")->Arg(8000)->Arg(50000)->Unit(benchmark::kMillisecond);
BENCHMARK(exact)->ArgName("rate")->Arg(8000)->Arg(50000)->Unit(benchmark::kMillisecond);
BENCHMARK(fast_with_events)->ArgName("rate")->Arg(8000)->Unit(benchmark::kMillisecond);

// The record meter: fits of harmonics, no interharmonics and no groups.
void record_meter(benchmark::State& state) {
  const Rational rate{state.range(0), 1};
  const auto input = blocks(rate);
  for ([[maybe_unused]] auto step : state) {
    reference::RecordSettings settings{.rate = rate,
                                       .channels = std::vector<reference::RecordChannel>(6),
                                       .pairs = {{0, 3}, {1, 4}, {2, 5}},
                                       .nominal = hertz(50),
                                       .events = std::nullopt,
                                       .reference_voltage = std::nullopt};
    for (std::size_t c = 0; c < 6; ++c)
      settings.channels[c].kind = c < 3 ? ChannelKind::voltage : ChannelKind::current;
    auto meter = reference::RecordMeter::create(settings);
    if (!meter) std::abort();
    for (const SampleBlock& block : input) {
      const std::array<std::span<const double>, 6> rows{block.volts(0),   block.volts(1),
                                                        block.volts(2),   block.amperes(0),
                                                        block.amperes(1), block.amperes(2)};
      meter->feed(rows);
    }
    auto reading = meter->finish();
    benchmark::DoNotOptimize(reading);
  }
  count_windows(state, 5 * seconds * static_cast<double>(state.iterations()));
}
BENCHMARK(record_meter)->ArgName("rate")->Arg(8000)->Unit(benchmark::kMillisecond);

// What a plain program does: windows of 0.2 s as they are, zeros up to a power of two, a
// transform of two in place, r.m.s. and the lines next to each harmonic. It is not synchronous: off
// the nominal frequency its harmonics are wrong by many per cent.
void transform(std::vector<std::complex<double>>& x, const std::vector<std::complex<double>>& w) {
  const std::size_t n = x.size();
  for (std::size_t i = 1, j = 0; i < n; ++i) {
    std::size_t bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) std::swap(x[i], x[j]);
  }
  for (std::size_t half = 1; half < n; half *= 2)
    for (std::size_t block = 0; block < n; block += 2 * half)
      for (std::size_t k = 0; k < half; ++k) {
        const std::complex<double> a = x[block + k];
        const std::complex<double> f = w[k * (n / 2 / half)];
        const std::complex<double> y = x[block + k + half];
        const std::complex<double> b{y.real() * f.real() - y.imag() * f.imag(),
                                     y.real() * f.imag() + y.imag() * f.real()};
        x[block + k] = a + b;
        x[block + k + half] = a - b;
      }
}

void plain_windows(benchmark::State& state) {
  constexpr std::size_t points = 2048;
  constexpr std::size_t length = 1600;
  const auto input = blocks({8000, 1});
  std::vector<std::complex<double>> twiddles(points / 2);
  for (std::size_t k = 0; k < twiddles.size(); ++k)
    twiddles[k] = std::polar(1.0, -2 * 3.14159265358979 * static_cast<double>(k) / points);
  std::vector<std::complex<double>> x(points);
  std::array<double, 64> subgroups{};
  for ([[maybe_unused]] auto step : state)
    for (const SampleBlock& block : input)
      for (std::size_t at = 0; at + length <= block.count(); at += length)
        for (std::size_t p = 0; p < phase_count; ++p) {
          double square = 0;
          std::fill(x.begin(), x.end(), 0);
          for (std::size_t i = 0; i < length; ++i) {
            x[i] = {block.volts(p)[at + i], block.amperes(p)[at + i]};
            square += std::norm(x[i]);
          }
          transform(x, twiddles);
          for (std::size_t h = 1; h <= 63; ++h) {
            subgroups.at(h) = 0;
            const auto line =
                static_cast<std::size_t>(std::lround(static_cast<double>(h) * 50 * points / 8000));
            for (std::size_t k = line - 1; k <= line + 1; ++k)
              subgroups.at(h) += std::norm(x[k]) + std::norm(x[points - k]);
          }
          benchmark::DoNotOptimize(square);
          benchmark::DoNotOptimize(subgroups);
        }
  // Of 4000 samples the last 800 are left.
  count_windows(state,
                static_cast<double>(2 * input.size()) * static_cast<double>(state.iterations()));
}
BENCHMARK(plain_windows)->Unit(benchmark::kMillisecond);

}  // namespace
