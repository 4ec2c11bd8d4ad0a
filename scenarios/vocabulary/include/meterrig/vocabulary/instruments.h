// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "meterrig/vocabulary/element.h"
#include "meterrig/vocabulary/operating_point.h"
#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/rational.h"
#include "meterrig/vocabulary/result.h"
#include "meterrig/vocabulary/roles.h"
#include "meterrig/vocabulary/signal.h"

namespace meterrig {

/// Who an instrument says it is; what it does not say is empty.
struct InstrumentIdentity {
  std::string maker;
  std::string model;
  std::string serial_number;
  std::string firmware;
};

/// Whether it says that it is no real instrument: "simulated" is in its model, in any case.
[[nodiscard]] bool is_simulated(const InstrumentIdentity& identity);

/// Greatest values that a source puts out, and between which frequencies.
struct SourceRange {
  Voltage voltage;  ///< r.m.s.
  Current current;  ///< r.m.s.
  Frequency lowest;
  Frequency highest;
};

/// An output as its instrument tells it.
struct OutputState {
  bool on = false;
  bool measured = false;  ///< by the instrument; if not, what it was set to
  OperatingPoint point;   ///< what is unknown is not known()
};

/// The role source: an instrument that puts voltages and currents on the terminals. For one thread
/// at a time. Every call may fail with unavailable (the instrument is gone), deadline_exceeded (no
/// answer), data_loss or aborted (an answer that makes no sense, a refusal), and after any of these
/// the state of the output is unknown until read_back() or off() succeed.
class Source {
 public:
  /// Switches the output off where the instrument can still be reached.
  virtual ~Source() = default;
  [[nodiscard]] virtual Result<InstrumentIdentity> identify() = 0;
  [[nodiscard]] virtual SourceRange range() const = 0;
  /// Puts the point out, in one step from what is out now, and returns when it has settled or the
  /// instrument says so. Error: out_of_range beyond range(), with nothing changed.
  [[nodiscard]] virtual Result<void> apply(const OperatingPoint& point) = 0;
  /// Puts a signal out, its sample 0 first. Errors: unimplemented for a source of set-points,
  /// out_of_range for a rate or a value that it cannot take, and what reading the signal brings.
  [[nodiscard]] virtual Result<void> play(std::unique_ptr<Signal> signal, Rational frequency) = 0;
  [[nodiscard]] virtual Result<OutputState> read_back() = 0;
  /// Everything to zero, and the outputs open where the instrument has such a state. Harmless when
  /// it is off.
  [[nodiscard]] virtual Result<void> off() = 0;
};

/// What a reference standard reads of a steady signal.
struct ReferenceValues {
  Frequency frequency;
  PerPhase<Voltage> voltage;
  PerPhase<Angle> voltage_angle;  ///< from that of L1; not known() where it does not tell
  PerPhase<Current> current;
  PerPhase<Angle> displacement;  ///< phi = phi_u - phi_i
  PerPhase<ActivePower> active_power;
  PerPhase<ReactivePower> reactive_power;
  PerPhase<ApparentPower> apparent_power;
  PerPhase<Percent> voltage_thd;  ///< not known() where it does not tell
  PerPhase<Percent> current_thd;
};

/// Energy between two moments by a reference standard's own clock.
struct EnergyCount {
  PerPhase<ActiveEnergy> active_energy;
  Duration duration;
};

/// The role reference standard, as an instrument that meters by itself. Errors as of Source.
class ReferenceStandard {
 public:
  virtual ~ReferenceStandard() = default;
  [[nodiscard]] virtual Result<InstrumentIdentity> identify() = 0;
  [[nodiscard]] virtual Result<ReferenceValues> read() = 0;
  /// Begins to count at 0.
  [[nodiscard]] virtual Result<void> start_energy() = 0;
  /// Counted so far.
  [[nodiscard]] virtual Result<EnergyCount> read_energy() = 0;
  /// What it had counted at the edge of the oldest pulse at its input since start_energy() that was
  /// not given before; none when there is no more. Error: unimplemented for one without a pulse
  /// input.
  [[nodiscard]] virtual Result<std::optional<EnergyCount>> next_pulse() = 0;
  /// Returns when about so much time has passed by the standard's clock.
  [[nodiscard]] virtual Result<void> wait(Duration duration) = 0;
};

/// The role reference standard, as converters that sample all phases by one clock. For one thread
/// at a time.
class SampleInput {
 public:
  virtual ~SampleInput() = default;
  [[nodiscard]] virtual Result<InstrumentIdentity> identify() = 0;
  /// Samples a second, as the instrument says after it was set.
  [[nodiscard]] virtual Rational rate() const = 0;
  /// Clock on which sample n is at n / rate().
  [[nodiscard]] virtual std::string time_base() const = 0;
  /// Begins with sample 0. Errors: unavailable, failed_precondition (somebody else samples).
  [[nodiscard]] virtual Result<void> start() = 0;
  /// The `count` samples that follow. Errors: aborted when samples were lost in between, saying how
  /// many where that is known; unavailable, deadline_exceeded. After an error it is stopped.
  [[nodiscard]] virtual Result<SampleBlock> read(std::size_t count) = 0;
  /// Beginnings of pulses on its pulse inputs, in the samples read since start() and not given
  /// before, oldest first; sample n is at n / rate().
  [[nodiscard]] virtual std::vector<Pulse> take_pulses() = 0;
  /// Of such a beginning's time, standard uncertainty; not known() without pulse inputs.
  [[nodiscard]] virtual Duration timestamp_standard_uncertainty() const = 0;
  [[nodiscard]] virtual Result<void> stop() = 0;
};

/// What a climatic chamber is, and is set to.
struct ChamberState {
  Temperature temperature;
  Temperature set_point;
  bool settled = false;
};

/// The role environment, as a chamber that can be set. Errors as of Source.
class ClimaticChamber {
 public:
  virtual ~ClimaticChamber() = default;
  [[nodiscard]] virtual Result<InstrumentIdentity> identify() = 0;
  [[nodiscard]] virtual Result<void> set(Temperature temperature) = 0;
  [[nodiscard]] virtual Result<ChamberState> read() = 0;
  [[nodiscard]] virtual Result<void> off() = 0;
};

}  // namespace meterrig
