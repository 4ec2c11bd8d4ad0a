// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>

#include "meterrig/reference/meter.h"
#include "meterrig/vocabulary/signal.h"

namespace meterrig::reference {

/// What a window of a stream carries, as MeterReading; `averaged` is its length.
struct PowerWindow {
  std::int64_t number = 0;  ///< 0 for the first
  /// Where its weight rises and falls through a half, in samples since the first one fed, whole and
  /// part: the end of the window before and the begin of the next.
  struct Boundary {
    std::int64_t sample = 0;
    double part = 0;
  };
  Boundary begin;
  Boundary end;
  MeterReading reading;
};

/// Reads r.m.s., P, Q1 and energy of a stream, window by window, without a gap.
///
/// Boundaries b_0, b_1, ... are a whole number of periods apart. Sample n counts with
///   R_k(n) - R_{k+1}(n),  R_k(n) = B(5 / 2 + (n - b_k) / T),
/// in window k, where T is the period and B the integral of five convolved boxes of one period
/// (period_window.h), which rises from 0 to 1 over five periods. The weights of all windows add up
/// to 1, so that their energies add up to that of the stream; and with the period right, the
/// transform of each is sinc(cycles x) sinc(x)^5, x in cycles a period, which nulls every harmonic
/// of the products. What is left is aliasing (see measure()):
///   |error of P| <= leakage U I,  leakage = 1.01 (H + 1) (pi 0.1 rate / f)^-6 / cycles,
/// 4e-10 at 8 kS/s and 50 Hz in windows of 10 cycles, for harmonics below 0.45 of the rate; found
/// errors are a thousand times smaller. The frequency follows the phase of the fundamental from
/// window to window; after a step of it, the fifth window is right again.
///
/// The first two and a half periods fade in and belong to no window, as what came after the last
/// whole window does not. Results do not depend on how the samples are cut into blocks. feed()
/// allocates nothing but in the search for the first frequency, in the first 0.25 s.
class PowerMeter {
 public:
  /// What is summed. Without the fundamentals of all channels there is no Q1, angle, dc or
  /// distortion in the readings (they are unknown); one voltage's is kept for the frequency.
  enum class Quantities : std::uint8_t { all, active };
  struct Settings {
    Rational rate{1, 1};  ///< samples a second, at least 10 times the nominal frequency
    Frequency nominal;    ///< the real one is looked for within 20 % of it
    int cycles = 10;      ///< of a window, 6 to 1000
    Quantities quantities = Quantities::all;
  };
  /// Error: out_of_range, naming the setting.
  [[nodiscard]] static Result<PowerMeter> create(const Settings& settings);
  PowerMeter(PowerMeter&&) noexcept;
  PowerMeter& operator=(PowerMeter&&) noexcept;
  ~PowerMeter();

  /// Called for each window that a block completes, in order.
  class Sink {
   public:
    virtual ~Sink() = default;
    virtual void take(const PowerWindow& window) = 0;
  };
  /// Errors, which leave the meter as it was: invalid_argument (another rate), failed_precondition
  /// (the block does not begin where the last one ended). A sample that is not a finite number is
  /// one of invalid_argument too, which names its channel, and ends the stream: windows before it
  /// were given, and whatever is fed then is refused with failed_precondition.
  [[nodiscard]] Result<void> feed(const SampleBlock& block, Sink& sink);

  /// Net energies of all whole windows: exact to 1e-16 of the sum of their magnitudes, however
  /// many there are (Neumaier's sum).
  struct Energies {
    PerPhase<ActiveEnergy> active;      ///< positive when imported
    PerPhase<ReactiveEnergy> reactive;  ///< of the fundamentals
    PerPhase<ApparentEnergy> apparent;
    Duration duration;
  };
  [[nodiscard]] Energies energies() const;

 private:
  class State;
  explicit PowerMeter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace meterrig::reference
