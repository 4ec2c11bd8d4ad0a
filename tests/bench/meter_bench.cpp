// SPDX-License-Identifier: GPL-3.0-or-later
// Synthesis, reference meter and front end, each beside a naive peer in the same run. One item is a
// scan: a sample of three voltages and three currents.
#include <benchmark/benchmark.h>

#include <Eigen/Dense>
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <numbers>
#include <random>
#include <vector>

#include "meterrig/reference/energy.h"
#include "meterrig/reference/energy_registers.h"
#include "meterrig/reference/front_end.h"
#include "meterrig/reference/ieee1459.h"
#include "meterrig/reference/meter.h"
#include "meterrig/reference/pulse_output.h"
#include "meterrig/reference/second_algorithm.h"
#include "meterrig/synthesis/synthesis.h"
#include "meterrig/vocabulary/noise.h"
#include "meterrig/vocabulary/wide.h"

namespace {

using namespace meterrig;

constexpr Rational rate{8000, 1};
constexpr std::size_t scans = 8000;

SignalRecipe recipe_with(std::int32_t orders, double noise = 0) {
  SignalRecipe recipe{.frequency = {49987, 1000}, .noise_seed = 1, .voltage = {}, .current = {}};
  const auto fill = [=](auto& channel, auto unit, double rms) {
    channel.dc = unit(0);
    channel.noise_rms = unit(noise * rms);
    for (std::int32_t h = 1; h <= orders; ++h)
      channel.components.push_back({.order = h, .rms = unit(rms / h), .phase = degree(10.0 * h)});
  };
  for (auto& channel : recipe.voltage) fill(channel, volt, 230);
  for (auto& channel : recipe.current) fill(channel, ampere, 5);
  return recipe;
}

synthesis::Synthesis source_of(std::int32_t orders, double noise = 0) {
  auto source = synthesis::Synthesis::create(recipe_with(orders, noise), rate);
  if (!source) std::abort();
  return *std::move(source);
}

SampleBlock samples(std::int32_t orders, std::size_t count = scans) {
  auto source = source_of(orders);
  SampleBlock block(rate, 0, count);
  if (!source.read(block)) std::abort();
  return block;
}

void count_scans(benchmark::State& state, std::size_t per_iteration) {
  const auto total = static_cast<std::int64_t>(per_iteration) * state.iterations();
  state.SetItemsProcessed(total);
  state.counters["time/scan"] = benchmark::Counter(
      static_cast<double>(total), benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void synthesis_of_harmonics(benchmark::State& state) {
  auto source = source_of(static_cast<std::int32_t>(state.range(0)));
  SampleBlock block(rate, 0, scans);
  for ([[maybe_unused]] auto step : state) {
    if (!source.read(block)) std::abort();
    block.first_sample += static_cast<std::int64_t>(scans);
    benchmark::DoNotOptimize(block.volts(0).data());
  }
  count_scans(state, scans);
}
BENCHMARK(synthesis_of_harmonics)->Arg(1)->Arg(15)->Arg(63);

void synthesis_naive_sine_per_channel(benchmark::State& state) {
  const SignalRecipe recipe = recipe_with(static_cast<std::int32_t>(state.range(0)));
  SampleBlock block(rate, 0, scans);
  const double omega = 2 * std::numbers::pi * recipe.frequency.value();
  for ([[maybe_unused]] auto step : state) {
    for (std::size_t p = 0; p < phase_count; ++p)
      for (std::size_t i = 0; i < scans; ++i) {
        const double t = static_cast<double>(i) / 8000;
        double u = 0;
        double a = 0;
        for (const auto& c : recipe.voltage.at(p).components)
          u += c.rms.in(volt)*std::numbers::sqrt2 *
               std::sin(c.order * omega * t + c.phase.in(degree));
        for (const auto& c : recipe.current.at(p).components)
          a += c.rms.in(ampere)*std::numbers::sqrt2 *
               std::sin(c.order * omega * t + c.phase.in(degree));
        block.volts(p)[i] = u;
        block.amperes(p)[i] = a;
      }
    benchmark::DoNotOptimize(block.volts(0).data());
  }
  count_scans(state, scans);
}
BENCHMARK(synthesis_naive_sine_per_channel)->Arg(1)->Arg(15)->Arg(63);

void synthesis_of_a_sine_with_noise_on_six_channels(benchmark::State& state) {
  auto source = source_of(1, 0.001);
  SampleBlock block(rate, 0, scans);
  for ([[maybe_unused]] auto step : state) {
    if (!source.read(block)) std::abort();
    benchmark::DoNotOptimize(block.volts(0).data());
  }
  count_scans(state, scans);
}
BENCHMARK(synthesis_of_a_sine_with_noise_on_six_channels);

// One item is a normal variate.
void noise_of_one_channel(benchmark::State& state) {
  std::vector<double> values(2048);
  std::int64_t first = 0;
  for ([[maybe_unused]] auto step : state) {
    add_noise({.seed = 1, .channel = 2}, first, 0.5, values);
    first += static_cast<std::int64_t>(values.size());
    benchmark::DoNotOptimize(values.data());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(values.size()));
}
BENCHMARK(noise_of_one_channel);

void noise_of_the_standard_library(benchmark::State& state) {
  std::vector<double> values(2048);
  std::mt19937_64 random(1);
  std::normal_distribution<double> normal(0, 0.5);
  for ([[maybe_unused]] auto step : state) {
    for (double& value : values) value += normal(random);
    benchmark::DoNotOptimize(values.data());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(values.size()));
}
BENCHMARK(noise_of_the_standard_library);

void energy_feed(benchmark::State& state) {
  SampleBlock block = samples(1, scans);
  reference::EnergyMeter meter(rate, hertz(50));
  for ([[maybe_unused]] auto step : state) {
    if (!meter.feed(block)) std::abort();
    block.first_sample += static_cast<std::int64_t>(scans);
    meter.forget_before({block.first_sample * 125000});
  }
  count_scans(state, scans);
}
BENCHMARK(energy_feed);

void energy_naive_sum(benchmark::State& state) {
  const SampleBlock block = samples(1, scans);
  PerPhase<double> energy{};
  for ([[maybe_unused]] auto step : state) {
    for (std::size_t p = 0; p < phase_count; ++p)
      for (std::size_t i = 0; i < scans; ++i) energy[p] += block.volts(p)[i] * block.amperes(p)[i];
    benchmark::DoNotOptimize(energy);
  }
  count_scans(state, scans);
}
BENCHMARK(energy_naive_sum);

void energy_at_an_instant(benchmark::State& state) {
  reference::EnergyMeter meter(rate, hertz(50));
  if (!meter.feed(samples(1))) std::abort();
  std::int64_t at = 100000000;
  for ([[maybe_unused]] auto step : state) {
    at = at < 900000000 ? at + 1234567 : 100000000;
    benchmark::DoNotOptimize(meter.active_until({at}));
  }
}
BENCHMARK(energy_at_an_instant);

void measure_block(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  const SampleBlock block = samples(15, count);
  for ([[maybe_unused]] auto step : state) {
    auto reading = reference::measure(block);
    if (!reading) std::abort();
    benchmark::DoNotOptimize(reading);
  }
  count_scans(state, count);
}
BENCHMARK(measure_block)->Arg(1600)->Arg(8000)->Arg(80000);

// What a plain loop does: r.m.s. and P over the block as it is, whole periods or not.
void measure_naive_loop(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  const SampleBlock block = samples(15, count);
  for ([[maybe_unused]] auto step : state) {
    for (std::size_t p = 0; p < phase_count; ++p) {
      double u = 0;
      double a = 0;
      double power = 0;
      for (std::size_t i = 0; i < count; ++i) {
        u += block.volts(p)[i] * block.volts(p)[i];
        a += block.amperes(p)[i] * block.amperes(p)[i];
        power += block.volts(p)[i] * block.amperes(p)[i];
      }
      benchmark::DoNotOptimize(std::sqrt(u));
      benchmark::DoNotOptimize(std::sqrt(a));
      benchmark::DoNotOptimize(power);
    }
  }
  count_scans(state, count);
}
BENCHMARK(measure_naive_loop)->Arg(1600)->Arg(8000)->Arg(80000);

void fit_block(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  const SampleBlock block = samples(15, count);
  for ([[maybe_unused]] auto step : state) {
    auto reading = reference::measure_by_fit(block, hertz(49.987));
    if (!reading) std::abort();
    benchmark::DoNotOptimize(reading);
  }
  count_scans(state, count);
}
BENCHMARK(fit_block)->Arg(1600)->Arg(8000);

void fit_naive_dense_normal_equations(benchmark::State& state) {
  const auto count = static_cast<Eigen::Index>(state.range(0));
  const SampleBlock block = samples(15, static_cast<std::size_t>(count));
  const double omega = 2 * std::numbers::pi * 49.987 / 8000;
  for ([[maybe_unused]] auto step : state) {
    Eigen::MatrixXd basis(count, 127);
    for (Eigen::Index i = 0; i < count; ++i) {
      basis(i, 0) = 1;
      for (Eigen::Index h = 1; h <= 63; ++h) {
        const double angle = omega * static_cast<double>(h * i);
        basis(i, 2 * h - 1) = std::cos(angle);
        basis(i, 2 * h) = std::sin(angle);
      }
    }
    Eigen::MatrixXd values(count, 6);
    for (std::size_t p = 0; p < phase_count; ++p)
      for (Eigen::Index i = 0; i < count; ++i) {
        values(i, static_cast<Eigen::Index>(p)) = block.volts(p)[static_cast<std::size_t>(i)];
        values(i, static_cast<Eigen::Index>(p) + 3) = block.amperes(p)[static_cast<std::size_t>(i)];
      }
    const Eigen::MatrixXd normal = basis.transpose() * basis;
    const Eigen::MatrixXd found = normal.ldlt().solve(basis.transpose() * values);
    const Eigen::VectorXd residual = (values - basis * found).colwise().norm();
    benchmark::DoNotOptimize(residual.data());
  }
  count_scans(state, static_cast<std::size_t>(count));
}
BENCHMARK(fit_naive_dense_normal_equations)->Arg(1600)->Arg(8000);

// Items are windows of 0.2 s.
void registers_per_window(benchmark::State& state) {
  const auto reading = reference::measure(samples(7, 1600));
  const std::array switches{reference::TariffSwitch{.time_of_day = hour(7), .tariff = 1},
                            reference::TariffSwitch{.time_of_day = hour(22), .tariff = 2}};
  const auto tariffs = reference::TariffTable::create(switches, {0});
  const auto demand = reference::DemandPeriod::create(minute(15), 15);
  if (!reading || !tariffs || !demand) std::abort();
  reference::EnergyRegisters registers(
      {.total = reference::TotalCounting::by_sum, .tariffs = *tariffs, .demand = *demand});
  std::int64_t at = 0;
  for ([[maybe_unused]] auto step : state) {
    const Instant end{at + 200'000'000};
    if (!registers.add(reference::window_energy(*reading, {at}, end))) std::abort();
    at = end.nanoseconds;
  }
  benchmark::DoNotOptimize(registers.read(Place::total));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(registers_per_window);

// The meter's own feeding is not in it; pulses a second of signal is the argument.
void pulses_of_a_second(benchmark::State& state) {
  const SampleBlock block = samples(1);
  reference::EnergyMeter meter(rate, hertz(50));
  if (!meter.feed(block)) std::abort();
  const double kilowatts = meter.active_until({999'000'000}).in(kilowatt_hour) * 3600;
  const double pulses_a_second = static_cast<double>(state.range(0));
  const auto output = reference::PulseOutput::create(
      {.energy = reference::PulsedEnergy::active,
       .constant = impulse_per_kilowatt_hour(3600 * pulses_a_second / std::abs(kilowatts)),
       .width = microsecond(10),
       .direction = reference::PulseDirection::absolute});
  if (!output) std::abort();
  std::vector<reference::PulseEdges> pulses;
  for ([[maybe_unused]] auto step : state) {
    reference::PulseOutput fresh = *output;
    pulses.clear();
    if (!fresh.follow(block, meter, pulses)) std::abort();
    benchmark::DoNotOptimize(pulses.data());
  }
  count_scans(state, scans);
}
BENCHMARK(pulses_of_a_second)->Arg(1)->Arg(1000);

void three_phase_powers_of_63_orders(benchmark::State& state) {
  const auto fit = reference::measure_by_fit(samples(63), hertz(49.987));
  if (!fit) std::abort();
  reference::ThreePhaseElements elements;
  for (std::size_t p = 0; p < phase_count; ++p)
    elements.phase.at(p) =
        reference::element_of(fit->voltage_phasors.at(p), fit->current_phasors.at(p));
  for ([[maybe_unused]] auto step : state)
    benchmark::DoNotOptimize(reference::three_phase_power(elements));
}
BENCHMARK(three_phase_powers_of_63_orders);

reference::FrontEndModel model_of(bool noise) {
  reference::FrontEndModel model{.nominal_rate = rate,
                                 .adc_bits = 24,
                                 .voltage_full_scale = volt(1000),
                                 .current_full_scale = ampere(20),
                                 .clock_error = percent(0),
                                 .voltage = {},
                                 .current = {},
                                 .transformer = {}};
  model.voltage.fill(
      {.gain = percent(0.1), .offset = percent(0.01), .noise = percent(noise ? 0.001 : 0)});
  model.current = model.voltage;
  model.transformer = {
      {.current = ampere(0.1), .ratio_error = percent(0.2), .phase_error = degree(0.3)},
      {.current = ampere(6), .ratio_error = percent(0), .phase_error = degree(0.1)}};
  return model;
}

void front_end(benchmark::State& state) {
  reference::FrontEnd converter(model_of(state.range(0) != 0), 1);
  SampleBlock block = samples(1);
  reference::CodeBlock codes;
  for ([[maybe_unused]] auto step : state) {
    converter.convert(block, hertz(49.987), codes);
    block.first_sample += static_cast<std::int64_t>(scans);
    benchmark::DoNotOptimize(codes.volts[0].data());
  }
  count_scans(state, scans);
}
BENCHMARK(front_end)->ArgName("noise")->Arg(0)->Arg(1);

// A model without points of a transformer, and with one more stage.
template <class Change>
void front_end_stage(benchmark::State& state, Change change) {
  auto model = model_of(false);
  model.transformer.clear();
  change(model);
  reference::FrontEnd converter(model, 1);
  SampleBlock block = samples(1);
  reference::CodeBlock codes;
  for ([[maybe_unused]] auto step : state) {
    converter.convert(block, hertz(49.987), codes);
    block.first_sample += static_cast<std::int64_t>(scans);
    benchmark::DoNotOptimize(codes.volts[0].data());
  }
  count_scans(state, scans);
}
BENCHMARK_CAPTURE(front_end_stage, none, [](reference::FrontEndModel&) {});
BENCHMARK_CAPTURE(front_end_stage, filter_of_order_2, [](reference::FrontEndModel& model) {
  model.anti_alias = {.order = 2, .corner = hertz(3500)};
});
BENCHMARK_CAPTURE(front_end_stage, rogowski_coil, [](reference::FrontEndModel& model) {
  model.rogowski = reference::RogowskiCoil{.mutual_inductance = 0.3e-6,
                                           .integrator_corner = hertz(1),
                                           .integrator_noise = {},
                                           .integrator_offset = {}};
});
BENCHMARK_CAPTURE(front_end_stage, saturating_core, [](reference::FrontEndModel& model) {
  model.burden = 10;
  model.core = reference::TransformerCore{
      .ratio = 2500,
      .winding_resistance = 40,
      .curve = {{.flux = 0.02, .current = ampere(8e-6)}, {.flux = 0.03, .current = ampere(0.02)}},
      .initial_flux = {}};
});
BENCHMARK_CAPTURE(front_end_stage, skew_of_six_channels, [](reference::FrontEndModel& model) {
  for (auto* channels : {&model.voltage, &model.current})
    for (auto& channel : *channels) channel.skew = microsecond(5);
});
BENCHMARK_CAPTURE(front_end_stage, jitter, [](reference::FrontEndModel& model) {
  model.aperture_jitter = microsecond(0.01);
});

// Gain, offset and rounding only.
void front_end_naive_loop(benchmark::State& state) {
  const SampleBlock block = samples(1);
  reference::CodeBlock codes;
  for (auto& row : codes.volts) row.resize(scans);
  for (auto& row : codes.amperes) row.resize(scans);
  for ([[maybe_unused]] auto step : state) {
    for (std::size_t p = 0; p < phase_count; ++p)
      for (std::size_t i = 0; i < scans; ++i) {
        codes.volts[p][i] =
            static_cast<std::int32_t>(std::lround(8388.607 * 1.001 * block.volts(p)[i] + 839));
        codes.amperes[p][i] =
            static_cast<std::int32_t>(std::lround(419430.35 * 1.001 * block.amperes(p)[i] + 839));
      }
    benchmark::DoNotOptimize(codes.volts[0].data());
  }
  count_scans(state, scans);
}
BENCHMARK(front_end_naive_loop);

// One more device on one synthesis: its gains, offsets and phase errors, 24-bit codes, and the sums
// of V2, I2, P and Q (by a quarter of a period) over them, in blocks of 10 periods.
constexpr std::size_t window = 1600;
constexpr std::size_t quarter = 40;

struct CodeSums {
  std::int64_t voltage = 0;
  std::int64_t current = 0;
  std::int64_t active = 0;
  std::int64_t reactive = 0;
};

#if METERRIG_CHOOSES_WIDTH
__attribute__((target_clones("arch=x86-64-v4", "avx2", "default")))
#endif
CodeSums
sums_of(const std::int32_t* volts, const std::int32_t* amperes, std::size_t count) {
  CodeSums sums;
  for (std::size_t i = quarter; i < count; ++i) {
    const auto voltage = std::int64_t{volts[i]};
    const auto current = std::int64_t{amperes[i]};
    sums.voltage += voltage * voltage;
    sums.current += current * current;
    sums.active += voltage * current;
    sums.reactive += std::int64_t{volts[i - quarter]} * current;
  }
  return sums;
}

// Errors that follow the current, or one for all currents.
reference::FrontEndModel variant_of(bool follows_current) {
  auto model = model_of(false);
  if (!follows_current) model.transformer.resize(1);
  return model;
}

void device_variant(benchmark::State& state) {
  reference::FrontEnd converter(variant_of(state.range(0) != 0), 1);
  SampleBlock block = samples(63, window);
  reference::CodeBlock codes;
  for ([[maybe_unused]] auto step : state) {
    converter.convert(block, hertz(49.987), codes);
    block.first_sample += static_cast<std::int64_t>(window);
    for (std::size_t p = 0; p < phase_count; ++p) {
      auto sums = sums_of(codes.volts.at(p).data(), codes.amperes.at(p).data(), window);
      benchmark::DoNotOptimize(sums);
    }
  }
  count_scans(state, window);
}
BENCHMARK(device_variant)->ArgName("errors_follow_current")->Arg(0)->Arg(1);

// The same of one error for all currents, sample by sample.
void device_variant_naive_loop(benchmark::State& state) {
  const SampleBlock block = samples(63, window);
  constexpr std::array<double, 8> taps{-1e-4, 1e-3, -6e-3, 0.95, 0.06, -5e-3, 1e-3, -1e-4};
  constexpr double full_code = 8388607;
  PerPhase<std::vector<std::int32_t>> volts;
  for (auto& row : volts) row.resize(window);
  for ([[maybe_unused]] auto step : state) {
    for (std::size_t p = 0; p < phase_count; ++p) {
      CodeSums sums;
      for (std::size_t i = 0; i < window; ++i) {
        const double u = 8388.607 * 1.001 * block.volts(p)[i] + 839;
        volts[p][i] = static_cast<std::int32_t>(std::lround(std::clamp(u, -full_code, full_code)));
        if (i < quarter) continue;
        double a = 0;
        for (std::size_t k = 0; k < taps.size(); ++k) a += taps.at(k) * block.amperes(p)[i - 7 + k];
        a = 419430.35 * 1.001 * a + 839;
        const auto voltage = std::int64_t{volts[p][i]};
        const auto current =
            static_cast<std::int64_t>(std::lround(std::clamp(a, -full_code, full_code)));
        sums.voltage += voltage * voltage;
        sums.current += current * current;
        sums.active += voltage * current;
        sums.reactive += std::int64_t{volts[p][i - quarter]} * current;
      }
      benchmark::DoNotOptimize(sums);
    }
  }
  count_scans(state, window);
}
BENCHMARK(device_variant_naive_loop);

}  // namespace
