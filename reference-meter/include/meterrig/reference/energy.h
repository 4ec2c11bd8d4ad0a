// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <memory>

#include "meterrig/vocabulary/instant.h"
#include "meterrig/vocabulary/signal.h"

namespace meterrig::reference {

/// Integrates power, gapless, over blocks that follow one another. Results do not depend on how the
/// samples are cut into blocks.
class EnergyMeter {
 public:
  /// `rate` in samples a second, above 0. `nominal` sets the window: 0.2 s of it in whole cycles
  /// (10 at 50 Hz, 12 at 60 Hz, IEC 61000-4-30, 4.4).
  EnergyMeter(Rational rate, Frequency nominal);
  EnergyMeter(EnergyMeter&&) noexcept;
  EnergyMeter& operator=(EnergyMeter&&) noexcept;
  ~EnergyMeter();

  /// Errors, which leave the meter as it was: invalid_argument (another rate, a sample that is not
  /// finite), failed_precondition (the block does not begin where the last one ended).
  [[nodiscard]] Result<void> feed(const SampleBlock& block);

  /// Net active energy of all phases from the first sample to `time`, positive when imported.
  /// Unknown outside the history that is kept, which ends with the last sample.
  [[nodiscard]] ActiveEnergy active_until(Instant time) const;
  [[nodiscard]] PerPhase<ActiveEnergy> active_until_per_phase(Instant time) const;

  /// Drops history that only times before `time` need.
  void forget_before(Instant time);

  /// Energy registers. All count upwards from 0.
  struct Registers {
    PerPhase<ActiveEnergy> import_;
    PerPhase<ActiveEnergy> export_;
    std::array<PerPhase<ReactiveEnergy>, 4>
        quadrant;               ///< I: P > 0, Q > 0; II: P < 0, Q > 0; III; IV
    ActiveEnergy import_total;  ///< by the sign of the sum over phases in each window
    ActiveEnergy export_total;
    std::array<ReactiveEnergy, 4> quadrant_total;
    Instant until;  ///< end of the last whole window, to the nearest nanosecond; what came later is
                    ///< not in
  };
  [[nodiscard]] Registers registers() const;

  /// Of the window that is being counted; the nominal one until 0.2 s or so were fed.
  [[nodiscard]] Frequency frequency() const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace meterrig::reference
