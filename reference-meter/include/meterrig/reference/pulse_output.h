// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "meterrig/reference/energy.h"
#include "meterrig/reference/exact_energy.h"
#include "meterrig/vocabulary/instant.h"
#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/result.h"
#include "meterrig/vocabulary/signal.h"

namespace meterrig::reference {

enum class PulsedEnergy : std::uint8_t { active, reactive, apparent };

/// Which way energy flows that makes pulses: to the consumer (reactive: lagging), from it, or both.
enum class PulseDirection : std::uint8_t { import_, export_, absolute };

struct PulseOutputSettings {
  PulsedEnergy energy = PulsedEnergy::active;
  MeterConstant constant;  ///< impulses per kWh, kvarh or kVAh
  Duration width;          ///< of a pulse, from its rise to its fall
  PulseDirection direction = PulseDirection::import_;
  /// Energy that must flow back before it counts in the other direction; see PulseOutput. Wh, varh
  /// or VAh; unknown: half a pulse, and 0.1 Wh at least.
  double hysteresis = std::numeric_limits<double>::quiet_NaN();
};

/// Rise and fall of a pulse.
struct PulseEdges {
  Instant rise;             ///< the whole nanoseconds of it
  double rise_part = 0;     ///< what is left, in nanoseconds, [0, 1]
  Instant fall;             ///< rise + width, to the nearest nanosecond
  std::int64_t number = 0;  ///< of the pulse, from 1
  /// It rises before the last one has fallen: an output of this width could not show both.
  bool merged = false;
};

/// A pulse output without error: pulse n rises when the counted energy reaches n / constant.
///
/// Power that changes its sign. Energy is counted with a lost motion of `hysteresis`, as a gear
/// with backlash: what flows on in the direction that was counted last counts at once, beyond the
/// highest point reached; what flows back counts only beyond `hysteresis`, and then in the other
/// direction. So reactive load, whose instantaneous power changes sign four times a period, makes
/// the pulses of its mean power alone, each at the first time when its energy was reached; no pulse
/// is taken back, and no energy counted twice. The energy that swings in a period is at most S / (2
/// pi f) of the sum of phases, 0.1 Wh for 113 kVA at 50 Hz: `hysteresis` must be more. Import less
/// export is the net energy to within `hysteresis`, for ever.
///
/// Accuracy of an edge of active energy, for components of the power below 0.12 of the sample rate:
/// the energy at it is right to 1e-9 of power times period, and to two roundings of the energy
/// since the meter's start (1e-8 Ws after a day of 1 kW). Where the power is P at that time the
/// edge is right to that over P. Power may cross 0 at most once within a sample interval.
class PulseOutput {
 public:
  /// Errors: out_of_range for a constant outside 10^-3 to 10^9, a width not above 0, or a
  /// hysteresis below 0.
  [[nodiscard]] static Result<PulseOutput> create(PulseOutputSettings settings);

  /// Appends the pulses of net active energy of all phases that rise up to 9 samples before the
  /// block's end; energy counts from the first sample. The block is the one that was fed to `meter`
  /// last. How samples are cut into blocks moves an edge by rounding at most. Errors, which leave
  /// everything as it was: failed_precondition for an output of another energy, a block that does
  /// not follow the last one, or energy that the meter does not know (a block not fed to it,
  /// history forgotten: see needed_from()); out_of_range for a block of more than 10^7 pulses.
  [[nodiscard]] Result<void> follow(const SampleBlock& block, const EnergyMeter& meter,
                                    std::vector<PulseEdges>& pulses);
  /// What EnergyMeter::forget_before() may not pass; none before the first block.
  [[nodiscard]] std::optional<Instant> needed_from() const;

  /// Appends the pulses of an energy, signed, that flows evenly from `begin` to `end`. Errors,
  /// which leave everything as it was: failed_precondition for an output of another energy, or a
  /// begin before the last end; invalid_argument for an energy that is not finite or an end that is
  /// not after the begin; out_of_range for an energy of more than 10^7 pulses.
  [[nodiscard]] Result<void> add(ActiveEnergy energy, Instant begin, Instant end,
                                 std::vector<PulseEdges>& pulses);
  [[nodiscard]] Result<void> add(ReactiveEnergy energy, Instant begin, Instant end,
                                 std::vector<PulseEdges>& pulses);
  [[nodiscard]] Result<void> add(ApparentEnergy energy, Instant begin, Instant end,
                                 std::vector<PulseEdges>& pulses);

  [[nodiscard]] std::int64_t count() const { return count_; }

 private:
  struct Moment {
    Instant time;
    double hours = 0;  // energy, Wh and the like, from any origin
  };
  explicit PulseOutput(const PulseOutputSettings& settings);
  struct Crossing {
    Instant time;
    double part = 0;
  };
  void stretch(double hours, const auto& edge_at, std::vector<PulseEdges>& pulses);
  void emit(const Crossing& rise, std::vector<PulseEdges>& pulses);
  void count_on(double gain, double from, double sign, const auto& edge_at,
                std::vector<PulseEdges>& pulses);
  void follow_stretch(const Moment& from, const Moment& to, const EnergyMeter& meter,
                      std::vector<PulseEdges>& pulses);
  [[nodiscard]] Result<void> check(const SampleBlock& block, const EnergyMeter& meter) const;
  Result<void> add_evenly(PulsedEnergy kind, double hours, Instant begin, Instant end,
                          std::vector<PulseEdges>& pulses);

  PulseOutputSettings settings_;
  double pulse_hours_;      // of one pulse
  ExactEnergy remaining_;   // until the next one
  double lost_motion_ = 0;  // energy that flowed back from the highest point, 0 to hysteresis
  std::int64_t count_ = 0;
  std::optional<Instant> last_fall_;

  // Of follow().
  Rational rate_{1, 1};
  std::int64_t next_sample_ = 0;  // that the next block begins with
  std::vector<double> watts_;     // instantaneous, the first of the sample that is done
  std::optional<Moment> done_;

  std::optional<Instant> until_;  // of add()
};

}  // namespace meterrig::reference
