// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "meterrig/vocabulary/element.h"
#include "meterrig/vocabulary/operating_point.h"
#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/rational.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig {

/// One line of a spectrum: sqrt(2) rms sin(2 pi order f t + phase), t = 0 at the start of the time
/// base.
template <class Kind>
struct Component {
  std::int32_t order = 1;  ///< harmonic order h, at least 1
  Quantity<Kind> rms;      ///< at least 0
  Angle phase;
};

/// What one terminal carries: DC, the fundamental with its harmonics, and white Gaussian noise.
template <class Kind>
struct Channel {
  Quantity<Kind> dc;
  std::vector<Component<Kind>> components;
  Quantity<Kind> noise_rms;  ///< standard deviation of each sample
};

/// Everything needed to compute the same samples anywhere: up to three voltages (line to neutral)
/// and three currents. An empty channel is silent.
struct SignalRecipe {
  Rational frequency;  ///< of the fundamental, hertz
  std::uint64_t noise_seed =
      0;  ///< a noise sample depends on this, its channel and its number alone
  PerPhase<Channel<VoltageKind>> voltage;
  PerPhase<Channel<CurrentKind>> current;
};

/// The recipe of a test point: pure sine waves, no noise.
/// Errors: out_of_range for a frequency that is not a decimal of at most 18 digits, or not above 0.
[[nodiscard]] Result<SignalRecipe> recipe_of(const OperatingPoint& point);

/// A run of samples of three voltages and three currents, planar: six rows of `count` doubles.
/// Sample i of the block is at (first_sample + i) / rate seconds, exactly.
class SampleBlock {
 public:
  SampleBlock() = default;
  SampleBlock(Rational sample_rate, std::int64_t first, std::size_t count)
      : first_sample(first), rate(sample_rate), count_(count), samples_(2 * phase_count * count) {}

  std::int64_t first_sample = 0;
  Rational rate{1, 1};  ///< samples a second

  [[nodiscard]] std::size_t count() const { return count_; }
  [[nodiscard]] std::span<double> volts(std::size_t phase) { return row(phase); }
  [[nodiscard]] std::span<const double> volts(std::size_t phase) const { return row(phase); }
  [[nodiscard]] std::span<double> amperes(std::size_t phase) { return row(phase_count + phase); }
  [[nodiscard]] std::span<const double> amperes(std::size_t phase) const {
    return row(phase_count + phase);
  }

 private:
  [[nodiscard]] std::span<double> row(std::size_t index) {
    return {samples_.data() + index * count_, count_};
  }
  [[nodiscard]] std::span<const double> row(std::size_t index) const {
    return {samples_.data() + index * count_, count_};
  }
  std::size_t count_ = 0;
  std::vector<double> samples_;
};

/// A source of samples: a synthesis, a recording, a converter.
class Signal {
 public:
  virtual ~Signal() = default;
  /// Samples a second.
  [[nodiscard]] virtual Rational rate() const = 0;
  /// Fills the block's rows with its samples; the block says which. Errors: out_of_range beyond the
  /// signal's ends, unavailable when the hardware behind it is gone.
  [[nodiscard]] virtual Result<void> read(SampleBlock& block) = 0;
};

}  // namespace meterrig
