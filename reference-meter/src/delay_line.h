// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "taps.h"

namespace meterrig::reference {

/// One channel's samples read some fixed number of samples late, and in between them: by Lagrange
/// interpolation through the 8 samples around, whose error at x = 2 pi f / rate is below 3e-3 x^8.
class DelayLine {
 public:
  /// Least latency that leaves the newest taps in the past.
  static constexpr std::size_t least_latency = tap_count / 2;

  /// For a lead of -longest to +longest samples against a latency of longest + least_latency, or
  /// with no latency at all when there is never a lead.
  DelayLine() = default;
  explicit DelayLine(double longest_lead);

  [[nodiscard]] std::size_t latency() const { return latency_; }

  /// Reads so many samples later than the latency has it; beyond the longest lead, that.
  void set_lead(double samples);
  /// Whether anything but the latency has to be read.
  [[nodiscard]] bool moves() const { return lead_ != 0; }
  void reset();

  /// The samples to read from follow those before; they stay the caller's until finish().
  void begin(const double* block, std::size_t count);
  /// Where sample i - latency stands, and how many follow it there, at most `count`.
  struct Run {
    const double* samples;
    std::size_t count;
  };
  [[nodiscard]] Run late(std::size_t i, std::size_t count) const;
  /// Where the oldest tap of sample i stands, for the weights times `scale`.
  [[nodiscard]] Run tapped(std::size_t i, std::size_t count) const {
    return from(i, oldest_, count);
  }
  [[nodiscard]] TapWeights weights(double scale) const { return scaled(weights_, scale); }
  /// Samples i on, late less the lead, times `scale`.
  void read(std::size_t i, double scale, std::span<double> values) const;
  /// Their slopes, a sample.
  void read_slopes(std::size_t i, double scale, std::span<double> slopes) const;
  void finish();

 private:
  [[nodiscard]] Run from(std::size_t i, std::size_t back, std::size_t count) const;
  [[nodiscard]] static TapWeights scaled(TapWeights weights, double scale);
  void weigh(const TapWeights& weights, std::size_t i, std::span<double> values) const;

  double longest_lead_ = 0;
  double lead_ = 0;
  std::size_t latency_ = 0;
  std::size_t kept_ = 0;    // samples of the blocks before
  std::size_t oldest_ = 0;  // of the taps, before the sample read
  TapWeights weights_{};
  TapWeights slope_weights_{};
  const double* block_ = nullptr;
  std::size_t count_ = 0;
  std::vector<double> joined_;  // samples kept, then as many of the block
};

}  // namespace meterrig::reference
