// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <memory>

#include "meterrig/vocabulary/instant.h"
#include "meterrig/vocabulary/signal.h"

namespace meterrig::reference {

/// Integrates power, gapless, over blocks that follow one another. Results do not depend on how the
/// samples are cut into blocks.
///
/// Between samples the power is the polynomial through the 16 samples around. A component of the
/// power of amplitude A at x = 2 pi f / rate makes an error of energy below 3e-6 A x^16 (1 + 2 / x)
/// / rate: at 8 kS/s nothing for 100 Hz, 2e-9 A times the period for 1 kHz. At the ends of the
/// record (8 samples) 6 samples are used: below 0.02 A x^6 / rate inside, 0.3 A x^6 / rate one
/// sample beyond the last; 6e-12 and 4e-10 of A times the period for 100 Hz.
class EnergyMeter {
 public:
  /// `rate` in samples a second, at least 10 times `nominal`, which sets the window: 0.2 s of it in
  /// whole cycles (10 at 50 Hz, 12 at 60 Hz, IEC 61000-4-30, 4.4).
  EnergyMeter(Rational rate, Frequency nominal);
  EnergyMeter(EnergyMeter&&) noexcept;
  EnergyMeter& operator=(EnergyMeter&&) noexcept;
  ~EnergyMeter();

  /// Errors, which leave the meter as it was: invalid_argument (another rate, a sample that is not
  /// finite), failed_precondition (the block does not begin where the last one ended).
  [[nodiscard]] Result<void> feed(const SampleBlock& block);

  /// Net active energy of all phases from the first sample to `time`, positive when imported.
  /// Unknown outside the history that is kept, which ends one sample interval after the last
  /// sample.
  [[nodiscard]] ActiveEnergy active_until(Instant time) const;
  [[nodiscard]] PerPhase<ActiveEnergy> active_until_per_phase(Instant time) const;

  /// Net Q1 energy of all phases from the first sample to `time`, positive where the load is
  /// inductive: from window to window of whole periods, and even within a window. Unknown after the
  /// end of the last whole window, which is within 0.3 s or so of the last sample, and before what
  /// forget_before() left.
  [[nodiscard]] ReactiveEnergy reactive_until(Instant time) const;

  /// Drops history that only times before `time` need.
  void forget_before(Instant time);

  /// Energy registers. All count upwards from 0. Windows of whole periods of the real frequency
  /// follow one another without a gap; the signs of the energy and of Q1 in a window say where it
  /// counts. Import less export is active_until(until), to rounding.
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
