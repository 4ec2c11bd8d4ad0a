// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/synthesis/synthesis.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <utility>

#include "meterrig/vocabulary/noise.h"
#include "meterrig/vocabulary/turn.h"

namespace meterrig::synthesis {
namespace {

__extension__ using Wide = __int128;

constexpr std::size_t tile = 256;  // scans whose sines fit the first-level cache

std::string channel_name(std::size_t index) {
  return fmt::format("{} L{}", index < phase_count ? "voltage" : "current",
                     index % phase_count + 1);
}

// order f < rate / 2, exactly.
bool below_nyquist(std::int32_t order, Rational cycles_per_sample) {
  return Wide{2} * order * cycles_per_sample.numerator < cycles_per_sample.denominator;
}

}  // namespace

template <class Kind>
Result<void> Synthesis::add(const Channel<Kind>& channel, Unit<Kind> unit, std::size_t index) {
  const auto refuse = [index](const std::string& what) {
    return fail(ErrorCode::invalid_argument, fmt::format("{}: {}", channel_name(index), what));
  };
  const double dc = channel.dc.known() ? channel.dc.in(unit) : 0;
  const double noise = channel.noise_rms.known() ? channel.noise_rms.in(unit) : 0;
  if (!std::isfinite(dc)) return refuse("dc is infinite");
  if (!std::isfinite(noise) || noise < 0) return refuse(fmt::format("noise of {} r.m.s.", noise));
  dc_[index] = dc;
  noise_[index] = noise;
  for (const Component<Kind>& component : channel.components) {
    const double rms = component.rms.in(unit);
    if (component.order < 1) return refuse(fmt::format("harmonic order {}", component.order));
    if (!std::isfinite(rms) || rms < 0)
      return refuse(fmt::format("harmonic {} of {} r.m.s.", component.order, rms));
    if (!std::isfinite(component.phase.in(degree)))
      return refuse(fmt::format("harmonic {} without a phase", component.order));
    if (!below_nyquist(component.order, cycles_per_sample_))
      return fail(
          ErrorCode::out_of_range,
          fmt::format("{}: harmonic {} of {} Hz needs more than {} samples a second; the rate "
                      "is {}",
                      channel_name(index), component.order, recipe_.frequency.value(),
                      2.0 * component.order * recipe_.frequency.value(), rate_.value()));
    const auto [sine, cosine] = sine_cosine(turn_of(component.phase));
    const double peak = std::numbers::sqrt2 * rms;
    auto at = std::lower_bound(
        orders_.begin(), orders_.end(), component.order,
        [](const Order& order, std::int32_t wanted) { return order.order < wanted; });
    if (at == orders_.end() || at->order != component.order)
      at = orders_.insert(at, Order{.order = component.order, .lines = {}});
    at->lines.push_back({.channel = index, .sine = peak * cosine, .cosine = peak * sine});
  }
  return {};
}

Result<Synthesis> Synthesis::create(SignalRecipe recipe, Rational sample_rate) {
  if (sample_rate.numerator <= 0 || sample_rate.denominator <= 0)
    return fail(ErrorCode::out_of_range, "a sample rate that is not above 0");
  if (recipe.frequency.numerator <= 0 || recipe.frequency.denominator <= 0)
    return fail(ErrorCode::out_of_range, "a fundamental frequency that is not above 0 Hz");
  const auto ratio = divide(recipe.frequency, sample_rate);
  if (!ratio) return tl::unexpected(ratio.error());
  Synthesis synthesis;
  synthesis.recipe_ = std::move(recipe);
  synthesis.rate_ = sample_rate;
  synthesis.cycles_per_sample_ = *ratio;
  synthesis.dc_.resize(2 * phase_count);
  synthesis.noise_.resize(2 * phase_count);
  for (std::size_t p = 0; p < phase_count; ++p) {
    if (auto added = synthesis.add(synthesis.recipe_.voltage.at(p), volt, p); !added)
      return tl::unexpected(added.error());
    if (auto added = synthesis.add(synthesis.recipe_.current.at(p), ampere, phase_count + p);
        !added)
      return tl::unexpected(added.error());
  }
  return synthesis;
}

Result<void> Synthesis::read(SampleBlock& block) {
  if (block.rate != rate_)
    return fail(ErrorCode::invalid_argument,
                fmt::format("a block of {} samples a second; the synthesis has {}",
                            block.rate.value(), rate_.value()));
  if (block.first_sample < 0)
    return fail(ErrorCode::out_of_range,
                fmt::format("sample {}; the first one is 0", block.first_sample));
  std::array<std::span<double>, 2 * phase_count> rows;
  for (std::size_t p = 0; p < phase_count; ++p) {
    rows[p] = block.volts(p);
    rows[phase_count + p] = block.amperes(p);
  }
  PhaseStepper stepper(cycles_per_sample_, block.first_sample);
  std::array<Turn, tile> turns{};
  std::array<double, tile> sine{};
  std::array<double, tile> cosine{};
  for (std::size_t start = 0; start < block.count(); start += tile) {
    const std::size_t count = std::min(tile, block.count() - start);
    for (std::size_t i = 0; i < count; ++i, stepper.step()) turns[i] = stepper.turn();
    for (std::size_t c = 0; c < rows.size(); ++c)
      std::fill_n(rows[c].begin() + static_cast<std::ptrdiff_t>(start), count, dc_[c]);
    for (const Order& order : orders_) {
      for (std::size_t i = 0; i < count; ++i) {
        const SineCosine value = sine_cosine(order.order * turns[i]);
        sine[i] = value.sine;
        cosine[i] = value.cosine;
      }
      for (const Line& line : order.lines) {
        double* out = rows[line.channel].data() + start;
        for (std::size_t i = 0; i < count; ++i)
          out[i] += line.sine * sine[i] + line.cosine * cosine[i];
      }
    }
  }
  for (std::size_t c = 0; c < rows.size(); ++c)
    if (noise_[c] > 0)
      add_noise({.seed = recipe_.noise_seed, .channel = static_cast<std::uint32_t>(c)},
                block.first_sample, noise_[c], rows[c]);
  return {};
}

}  // namespace meterrig::synthesis
