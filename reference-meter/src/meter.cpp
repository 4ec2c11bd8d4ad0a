// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/reference/meter.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "lanes.h"
#include "means.h"
#include "meterrig/reference/frequency.h"
#include "period_window.h"

namespace meterrig::reference {
namespace {

using Rows = std::array<std::span<const double>, channel_count>;

Rows rows_of(const SampleBlock& block) {
  Rows rows;
  for (std::size_t p = 0; p < phase_count; ++p) {
    rows[p] = block.volts(p);
    rows[phase_count + p] = block.amperes(p);
  }
  return rows;
}

Means weigh(const Rows& rows, const PeriodWindow& window, double cycles) {
  constexpr std::size_t tile = 256;
  std::array<double, tile> sine{};
  std::array<double, tile> cosine{};
  Means means;
  Turn turn;  // counted from the window's first sample: all angles are against one another
  const Turn step = turn_of_turns(cycles);
  for (std::size_t start = 0; start < window.weights.size(); start += tile) {
    const std::size_t count = std::min(tile, window.weights.size() - start);
    const double* weight = window.weights.data() + start;
    for (std::size_t i = 0; i < count; ++i, turn = turn + step) {
      const SineCosine value = sine_cosine(turn);
      sine[i] = weight[i] * value.sine;
      cosine[i] = weight[i] * value.cosine;
    }
    means.weight_square += dot(weight, weight, count);
    for (std::size_t c = 0; c < channel_count; ++c) {
      const double* x = rows[c].data() + window.first + start;
      ChannelMeans& channel = means.channels[c];
      channel.mean += dot(weight, x, count);
      channel.square += dot(weight, x, x, count);
      channel.x += dot(sine.data(), x, count);
      channel.y += dot(cosine.data(), x, count);
    }
    for (std::size_t p = 0; p < phase_count; ++p) {
      const std::size_t at = window.first + start;
      means.power[p] += dot(weight, rows[p].data() + at, rows[phase_count + p].data() + at, count);
    }
  }
  // The mean of x sin is half the amplitude; sqrt(2) makes it r.m.s.
  for (ChannelMeans& channel : means.channels) {
    channel.x *= std::numbers::sqrt2;
    channel.y *= std::numbers::sqrt2;
  }
  return means;
}

// From the voltages that are there, else the currents.
Result<Frequency> frequency_of(const Rows& rows, Rational rate) {
  Result<Frequency> found = fail(ErrorCode::failed_precondition, "neither voltage nor current");
  for (const std::size_t first : {std::size_t{0}, phase_count}) {
    PerPhase<double> squares{};
    for (std::size_t p = 0; p < phase_count; ++p) {
      const auto row = rows[first + p];
      squares[p] = dot(row.data(), row.data(), row.size());
    }
    const double highest = *std::max_element(squares.begin(), squares.end());
    for (std::size_t p = 0; p < phase_count; ++p) {
      if (squares[p] == 0 || squares[p] < 0.01 * highest) continue;
      found = measure_frequency(rows[first + p], rate);
      if (found) return found;
    }
  }
  return found;
}

}  // namespace

Result<MeterReading> measure(const SampleBlock& block) {
  const Rows rows = rows_of(block);
  for (std::size_t c = 0; c < channel_count; ++c)
    for (std::size_t i = 0; i < rows[c].size(); ++i)
      if (!std::isfinite(rows[c][i]))
        return fail(ErrorCode::invalid_argument,
                    fmt::format("sample {} of {} L{} is not a finite number",
                                block.first_sample + static_cast<std::int64_t>(i),
                                c < phase_count ? "voltage" : "current", c % phase_count + 1));
  const auto frequency = frequency_of(rows, block.rate);
  if (!frequency) return tl::unexpected(frequency.error());

  const double per_second = block.rate.value();
  const double cycles = frequency->in(hertz) / per_second;
  const auto count = static_cast<double>(block.count());
  const WindowShape shape = window_shape(static_cast<int>(std::floor(count * cycles + 1e-6)));
  const Means means =
      weigh(rows, PeriodWindow(shape, 1 / cycles, 0.5 * (count - 1), block.count()), cycles);

  const double lines = std::floor(exact_share_of_rate / cycles) + 1;  // harmonics and dc
  return reading_of(means, *frequency, second(shape.periods() / frequency->in(hertz)),
                    1.01 * lines * sidelobe_bound(shape, 0.1 / cycles));
}

}  // namespace meterrig::reference
