// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "meterrig/reference/meter.h"

namespace meterrig::reference {

inline constexpr std::size_t channel_count = 2 * phase_count;

/// Weighted means of one channel; the fundamental is sqrt(2) (x sin + y cos) in r.m.s. parts.
struct ChannelMeans {
  double mean = 0;
  double square = 0;
  double x = 0;
  double y = 0;

  [[nodiscard]] double fundamental_square() const { return x * x + y * y; }
  [[nodiscard]] double distortion_square() const {
    return std::max(0.0, square - mean * mean - fundamental_square());
  }
};

/// Weighted means of a window.
struct Means {
  std::array<ChannelMeans, channel_count> channels;
  PerPhase<double> power{};
  double weight_square = 0;  ///< sum of the squares of the weights, whose sum is 1

  /// Whether there is a fundamental: above what the sums round, and above what noise as large as
  /// all the rest would show (its square has the mean 2 weight_square noise^2; this is 12 times
  /// that).
  [[nodiscard]] bool has_fundamental(const ChannelMeans& channel) const {
    const double square = channel.fundamental_square();
    return square > 1e-18 * channel.square &&
           square > 25 * weight_square * channel.distortion_square();
  }
};

/// What they say (IEEE 1459-2010, 3.1.2 and 3.2.2).
[[nodiscard]] MeterReading reading_of(const Means& means, Frequency frequency, Duration averaged,
                                      double leakage);

}  // namespace meterrig::reference
