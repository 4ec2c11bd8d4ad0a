// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cmath>
#include <cstdint>
#include <random>
#include <span>
#include <vector>

#include "meterrig/reference/record_meter.h"
#include "meterrig/vocabulary/turn.h"

namespace meterrig {

/// A periodic wave in closed form: dc + sum of sqrt(2) rms_h sin(h w t + phase_h), h = 1, 2, ...
struct Wave {
  double dc = 0;
  std::vector<double> rms;    // of orders 1, 2, ...
  std::vector<double> turns;  // phases

  [[nodiscard]] double total_rms() const {
    double square = dc * dc;
    for (const double r : rms) square += r * r;
    return std::sqrt(square);
  }
  [[nodiscard]] double thd_percent() const {
    double square = 0;
    for (std::size_t h = 2; h <= std::min<std::size_t>(40, rms.size()); ++h)
      square += rms[h - 1] * rms[h - 1];
    return 100 * std::sqrt(square) / rms[0];
  }
  /// At phase `turn` of the fundamental.
  [[nodiscard]] double at(Turn turn) const {
    double value = dc;
    for (std::size_t h = 1; h <= rms.size(); ++h) {
      const auto phase =
          static_cast<std::uint64_t>(std::ldexp(turns[h - 1] - std::floor(turns[h - 1]), 63)) * 2;
      value += std::sqrt(2.0) * rms[h - 1] *
               sine_cosine(static_cast<std::int64_t>(h) * turn + Turn{phase}).sine;
    }
    return value;
  }
};

/// A fundamental near `rms`, harmonics of up to 20 % / sqrt(h), dc of up to 1 %.
inline Wave random_wave(std::mt19937_64& random, double rms, int orders) {
  std::uniform_real_distribution<double> uniform(-1, 1);
  Wave wave{.dc = 0.01 * rms * uniform(random), .rms = {}, .turns = {}};
  for (int h = 1; h <= orders; ++h) {
    wave.rms.push_back(h == 1 ? rms * (1 + 0.3 * uniform(random))
                              : 0.2 * rms * std::abs(uniform(random)) / std::sqrt(h));
    wave.turns.push_back(0.5 * uniform(random));
  }
  return wave;
}

inline Turn turn_of_part(double turns) {
  const double part = turns - std::floor(turns);
  return {static_cast<std::uint64_t>(std::ldexp(part, 63)) * 2};
}

/// `cycles` of the fundamental a sample; `late` samples later than the record's time.
inline std::vector<double> samples_of(const Wave& wave, double cycles, std::size_t count,
                                      double late = 0) {
  std::vector<double> samples(count);
  const Turn step = turn_of_part(cycles);
  Turn turn = turn_of_part(late * cycles);
  for (double& sample : samples) {
    sample = wave.at(turn);
    turn = turn + step;
  }
  return samples;
}

using Rows = std::vector<std::vector<double>>;

inline std::vector<std::span<const double>> views_of(const Rows& rows, std::size_t first,
                                                     std::size_t count) {
  std::vector<std::span<const double>> views;
  for (const auto& row : rows) views.push_back(std::span(row).subspan(first, count));
  return views;
}

/// Everything in one feed, or in pieces of the lengths given again and again.
inline reference::RecordReading reading_of(const reference::RecordSettings& settings,
                                           const Rows& rows,
                                           const std::vector<std::size_t>& pieces = {}) {
  auto meter = reference::RecordMeter::create(settings);
  BOOST_TEST_REQUIRE(meter.has_value());
  const std::size_t count = rows.empty() ? 0 : rows[0].size();
  std::size_t done = 0;
  for (std::size_t k = 0; done < count; ++k) {
    const std::size_t length =
        pieces.empty() ? count : std::min(pieces[k % pieces.size()], count - done);
    meter->feed(views_of(rows, done, length));
    done += length;
  }
  return meter->finish();
}

inline reference::RecordSettings settings_of(Rational rate, const std::vector<ChannelKind>& kinds) {
  reference::RecordSettings settings;
  settings.rate = rate;
  for (const ChannelKind kind : kinds) settings.channels.push_back({.kind = kind, .skew = 0});
  return settings;
}

/// Degrees from one angle to another, -180 to 180.
inline double angle_error(double a, double b) { return std::remainder(a - b, 360.0); }

}  // namespace meterrig
