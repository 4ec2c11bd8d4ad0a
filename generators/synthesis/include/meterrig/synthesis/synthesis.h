// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <utility>

#include "meterrig/vocabulary/signal.h"

namespace meterrig::synthesis {

/// Computes the samples of a recipe. A sample depends on its number alone, not on the block in
/// which it is asked for, and has the same bits on every machine.
///
/// Phase is exact: at sample n the fundamental is at floor(2^64 frac(n f / rate)) of a turn, and
/// harmonic h at h times that, in integers that wrap; nothing drifts in days. Modulations and
/// changes add turns that are right to 1e-15 of themselves. Harmonics and forms are tabulated
/// (wave_table.h) with an error below 3e-15 of the sum of their peaks.
///
/// A change is what a sample sees: a step falls between two samples, the first of which that it
/// affects is at or after its start.
class Synthesis final : public Signal {
 public:
  /// What is unknown of dc, noise_rms and ramps counts as none. Errors: out_of_range for a line at
  /// or above half the sample rate, at the highest frequency that modulations and changes give (it
  /// names the line and the rate needed), for a frequency or rate not above 0; invalid_argument
  /// for an order below 1 and for an r.m.s. value, phase, depth, time or dc that is unknown,
  /// infinite or negative where it must not be.
  [[nodiscard]] static Result<Synthesis> create(SignalRecipe recipe, Rational sample_rate);

  [[nodiscard]] Rational rate() const override { return rate_; }
  [[nodiscard]] const SignalRecipe& recipe() const { return recipe_; }
  /// Any block, in any order; nothing is allocated. Errors: invalid_argument when the block has
  /// another rate, out_of_range when it begins before sample 0.
  [[nodiscard]] Result<void> read(SampleBlock& block) override;

 private:
  class Plan;
  Synthesis(SignalRecipe recipe, Rational rate, std::shared_ptr<const Plan> plan)
      : recipe_(std::move(recipe)), rate_(rate), plan_(std::move(plan)) {}

  SignalRecipe recipe_;
  Rational rate_{1, 1};
  std::shared_ptr<const Plan> plan_;
};

}  // namespace meterrig::synthesis
