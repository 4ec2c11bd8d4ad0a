// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/iio/chain.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <utility>

#include "output_bank.h"
#include "sine_fit.h"

namespace meterrig::iio {
namespace {

using Gains = std::vector<std::complex<double>>;  // by terminal

std::span<const double> row_of(const SampleBlock& block, const Terminal& terminal) {
  const auto phase = static_cast<std::size_t>(terminal.phase);
  return terminal.kind == ChannelKind::current ? block.amperes(phase) : block.volts(phase);
}

double level_of(const ChainSettings& settings, const Terminal& terminal) {
  return terminal.kind == ChannelKind::current ? settings.current.in(ampere)
                                               : settings.voltage.in(volt);
}

Result<void> check(const ChainSettings& settings) {
  const auto refuse = [](const std::string& what) {
    return fail(ErrorCode::invalid_argument, "measurement of a chain: " + what);
  };
  if (settings.terminals.empty()) return refuse("no terminal");
  for (const Terminal& terminal : settings.terminals) {
    const double level = level_of(settings, terminal);
    if (!(level > 0) || !std::isfinite(level))
      return refuse(fmt::format("{} of {}; expected a level above 0",
                                terminal_name(terminal.kind, terminal.phase), level));
  }
  if (settings.orders.empty() || settings.orders.front() < 1) return refuse("no orders from 1 on");
  if (std::ranges::adjacent_find(settings.orders, std::greater_equal()) != settings.orders.end())
    return refuse("orders that do not rise");
  if (!(settings.share > 0 && settings.share <= 1))
    return refuse(fmt::format("a share of {}; expected one above 0 and up to 1", settings.share));
  if (settings.repeats < 2 || settings.periods < 1 || settings.settling_periods < 0)
    return refuse(
        fmt::format("{} repeats of {} periods after {}; expected at least 2 of at least "
                    "1 after 0 or more",
                    settings.repeats, settings.periods, settings.settling_periods));
  return {};
}

Result<SignalRecipe> recipe_with(const ChainSettings& settings, std::int32_t order) {
  const auto frequency = exact_rational(settings.fundamental.in(hertz));
  if (!frequency) return tl::unexpected(frequency.error());
  SignalRecipe recipe{.frequency = *frequency, .noise_seed = 0, .voltage = {}, .current = {}};
  const auto add = [&](auto& channel, auto level) {
    channel.components.push_back({.order = 1, .rms = level, .phase = degree(0)});
    if (order > 1)
      channel.components.push_back(
          {.order = order, .rms = level * settings.share, .phase = degree(0)});
  };
  for (const Terminal& terminal : settings.terminals) {
    const auto phase = static_cast<std::size_t>(terminal.phase);
    if (terminal.kind == ChannelKind::current) {
      add(recipe.current.at(phase), settings.current);
    } else {
      add(recipe.voltage.at(phase), settings.voltage);
    }
  }
  return recipe;
}

/// Gains at one order, once. The time of the first terminal's fundamental is taken off.
Result<Gains> measure_once(SampleInput& input, const ChainSettings& settings, std::int32_t order) {
  const double rate = input.rate().value();
  const double cycles = settings.fundamental.in(hertz) / rate;
  const auto samples = [cycles](int periods) {
    return static_cast<std::size_t>(std::ceil(periods / cycles));
  };
  if (auto started = input.start(); !started) return tl::unexpected(started.error());
  if (auto settled = input.read(samples(settings.settling_periods)); !settled)
    return tl::unexpected(settled.error());
  const auto block = input.read(samples(settings.periods));
  if (!block) return tl::unexpected(block.error());
  if (auto stopped = input.stop(); !stopped) return tl::unexpected(stopped.error());

  std::vector<double> frequencies{cycles};
  if (order > 1) frequencies.push_back(cycles * order);
  double start = 0;
  Gains gains;
  for (const Terminal& terminal : settings.terminals) {
    const auto phasors = fit_sines(row_of(*block, terminal), frequencies);
    const double level = level_of(settings, terminal);
    // A tenth of what was put out is no chain that could be corrected.
    if (!(std::abs(phasors.front()) > level / 10))
      return fail(ErrorCode::aborted, fmt::format("{}: {:.3g} came back of {:.3g}",
                                                  terminal_name(terminal.kind, terminal.phase),
                                                  std::abs(phasors.front()), level));
    if (gains.empty()) start = std::arg(phasors.front());
    const double told = order > 1 ? level * settings.share : level;
    gains.push_back(phasors.back() / told * std::polar(1.0, -order * start));
  }
  return gains;
}

/// Mean of repeats, and the standard uncertainty of the mean.
ChainPoint point_of(Frequency frequency, std::span<const std::complex<double>> repeats) {
  const auto count = static_cast<double>(repeats.size());
  std::complex<double> mean = 0;
  for (const auto& gain : repeats) mean += gain / count;
  double modulus = 0;
  double angle = 0;
  for (const auto& gain : repeats) {
    modulus += std::pow(std::abs(gain) - std::abs(mean), 2);
    angle += std::pow(std::arg(gain / mean), 2);
  }
  const double of_mean = count * (count - 1);
  return {.frequency = frequency,
          .gain = mean,
          .modulus_uncertainty = std::sqrt(modulus / of_mean),
          .angle_uncertainty = radian(std::sqrt(angle / of_mean))};
}

}  // namespace

Result<FrequencyResponse> ChainResponse::correction() const {
  std::vector<ResponsePoint> measured;
  measured.reserve(points.size());
  for (const ChainPoint& point : points)
    measured.push_back({.frequency = point.frequency, .gain = point.gain});
  return FrequencyResponse::create(std::move(measured));
}

Result<std::vector<ChainResponse>> measure_chain(DacSource& source, SampleInput& input,
                                                 const ChainSettings& settings,
                                                 const ChainProgress& progress) {
  if (auto checked = check(settings); !checked) return tl::unexpected(checked.error());
  std::vector<ChainResponse> responses;
  responses.reserve(settings.terminals.size());
  for (const Terminal& terminal : settings.terminals)
    responses.push_back({.terminal = terminal, .points = {}});
  for (const std::int32_t order : settings.orders) {
    const auto recipe = recipe_with(settings, order);
    if (!recipe) return tl::unexpected(recipe.error());
    if (auto applied = source.apply(*recipe); !applied) return tl::unexpected(applied.error());
    std::vector<Gains> by_terminal(settings.terminals.size());
    for (int repeat = 0; repeat < settings.repeats; ++repeat) {
      const auto gains = measure_once(input, settings, order);
      if (!gains) {
        if (auto off = source.off(); !off) return tl::unexpected(off.error());
        return tl::unexpected(gains.error());
      }
      for (std::size_t t = 0; t < gains->size(); ++t) by_terminal[t].push_back((*gains)[t]);
    }
    for (std::size_t t = 0; t < responses.size(); ++t)
      responses[t].points.push_back(
          point_of(settings.fundamental * static_cast<double>(order), by_terminal[t]));
    if (progress) progress(responses.front().points.size());
  }
  if (auto off = source.off(); !off) return tl::unexpected(off.error());
  return responses;
}

}  // namespace meterrig::iio
