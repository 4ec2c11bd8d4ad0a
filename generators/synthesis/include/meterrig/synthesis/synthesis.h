// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <vector>

#include "meterrig/vocabulary/signal.h"

namespace meterrig::synthesis {

/// Computes the samples of a recipe. Phase is exact: harmonic h of sample n is at
/// floor(2^64 frac(n f / rate)) times h, in integers that wrap, so nothing drifts in days and a
/// sample does not depend on the block in which it is asked for (its bits are the same).
class Synthesis final : public Signal {
 public:
  /// An unknown dc or noise_rms counts as none. Errors: out_of_range for a component at or above
  /// half the sample rate (it names the component and the rate needed), for a frequency or rate not
  /// above 0; invalid_argument for an order below 1 and for an r.m.s. value, phase or dc that is
  /// unknown, infinite or negative where it must not be.
  [[nodiscard]] static Result<Synthesis> create(SignalRecipe recipe, Rational sample_rate);

  [[nodiscard]] Rational rate() const override { return rate_; }
  [[nodiscard]] const SignalRecipe& recipe() const { return recipe_; }
  /// Any block, in any order. Errors: invalid_argument when the block has another rate,
  /// out_of_range when it begins before sample 0.
  [[nodiscard]] Result<void> read(SampleBlock& block) override;

 private:
  Synthesis() = default;

  /// sqrt(2) rms sin(h x + phase) as amplitudes of sin(h x) and cos(h x).
  struct Line {
    std::size_t channel = 0;  ///< 0..2 volts, 3..5 amperes
    double sine = 0;
    double cosine = 0;
  };
  struct Order {
    std::int32_t order = 1;
    std::vector<Line> lines;
  };
  template <class Kind>
  Result<void> add(const Channel<Kind>& channel, Unit<Kind> unit, std::size_t index);

  SignalRecipe recipe_;
  Rational rate_{1, 1};
  Rational cycles_per_sample_;
  std::vector<Order> orders_;  ///< rising
  std::vector<double> dc_;
  std::vector<double> noise_;
};

}  // namespace meterrig::synthesis
