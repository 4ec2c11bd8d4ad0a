// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "meterrig/reference/meter.h"
#include "meterrig/reference/second_algorithm.h"
#include "meterrig/vocabulary/instruments.h"
#include "meterrig/vocabulary/operating_point.h"
#include "meterrig/vocabulary/roles.h"
#include "meterrig/vocabulary/terminals.h"

namespace meterrig::campaign {

/// What the reference says of the steady signal, by both algorithms, and the closed form where the
/// signal is computed.
struct ReferenceReading {
  reference::MeterReading first;
  reference::SecondReading second;
  reference::Agreement agreement;
  ActivePower true_power;        ///< unknown when there is no closed form
  Percent true_power_tolerance;  ///< greatest believable distance of the reading from it
};

/// An instrument of a bench, as it says itself.
struct BenchInstrument {
  std::string role;  ///< "source" or "reference"
  InstrumentIdentity identity;
  std::string calibration;  ///< certificate or record, and until when it counts
};

/// One position of a bench as a procedure sees it: a source, a reference and a device on one time
/// base. In software time passes only in advance(); with hardware it goes on, and now() is up to
/// which the reference has metered.
class Bench {
 public:
  Bench() = default;
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;
  /// Switches the output off.
  virtual ~Bench() = default;

  /// Puts the point on the terminals from now on. The output stays on until off() or the
  /// destructor. Errors: unavailable when the source is gone.
  [[nodiscard]] virtual Result<void> apply(const OperatingPoint& point, std::uint64_t seed) = 0;
  /// Puts the steady signal of a recipe on the terminals from now on. Errors: as above;
  /// out_of_range for one that the bench cannot put out or read, unimplemented when it puts out
  /// points alone.
  [[nodiscard]] virtual Result<void> apply_recipe(const SignalRecipe& recipe,
                                                  std::uint64_t seed) = 0;
  /// Puts a signal of rate signal_rate() on the terminals from now on, its sample 0 at the present
  /// time. Errors: unavailable as above, out_of_range for a signal that cannot be put out, and what
  /// reading it brings.
  [[nodiscard]] virtual Result<void> play(std::unique_ptr<Signal> signal, Rational frequency,
                                          std::uint64_t seed) = 0;
  /// Samples a second that play() takes.
  [[nodiscard]] virtual Rational signal_rate() const = 0;
  [[nodiscard]] virtual Result<void> off() = 0;

  [[nodiscard]] virtual Instant now() const = 0;
  [[nodiscard]] virtual std::string time_base() const = 0;
  /// Whether a signal may stay on the terminals from point to point. False where each point begins
  /// anew, so that the same seed gives the same result whatever was measured before.
  [[nodiscard]] virtual bool keeps_signal() const { return false; }
  /// Lets at least so much time pass, and little more; the reference integrates meanwhile. Returns
  /// the pulses that came, oldest first: those since the advance() before when there was no other
  /// call that takes time in between.
  [[nodiscard]] virtual Result<std::vector<Pulse>> advance(Duration duration) = 0;

  /// Reads the steady signal now applied.
  [[nodiscard]] virtual Result<ReferenceReading> read_reference() = 0;
  /// Reads the signal between two instants since it was applied; there is no closed form.
  [[nodiscard]] virtual Result<ReferenceReading> read_reference(Instant begin, Instant end) = 0;
  /// What the reference has seen of the steady signal lately, for its conditions; none when there
  /// is nothing new, or when it tells less than a whole reading. Takes no time, or little.
  [[nodiscard]] virtual Result<std::optional<reference::MeterReading>> look() = 0;
  /// Net active energy of all phases between two instants since apply(), both already past.
  /// Imported energy is positive.
  [[nodiscard]] virtual Result<ActiveEnergy> reference_energy(Instant begin, Instant end) = 0;
  /// Net reactive energy (Q1) of all phases between them, positive where the load is inductive.
  /// Error: unimplemented where the reference counts active energy alone.
  [[nodiscard]] virtual Result<ReactiveEnergy> reference_reactive_energy(Instant begin,
                                                                         Instant end) = 0;
  /// The same as reference_energy(), phase by phase.
  [[nodiscard]] virtual Result<PerPhase<ActiveEnergy>> reference_energy_per_phase(Instant begin,
                                                                                  Instant end) = 0;
  /// Nothing before this instant will be asked for again.
  virtual void forget_before(Instant instant) = 0;

  /// Each reading has the time at which the device was read.
  [[nodiscard]] virtual Result<std::vector<Reading>> read_device(
      std::span<const QuantityId> ids) = 0;
  [[nodiscard]] virtual bool device_offers(QuantityId id) const = 0;
  /// Serial number, firmware and parameters, as the device names them.
  [[nodiscard]] virtual Result<std::vector<std::pair<std::string, std::string>>>
  read_identity() = 0;
  [[nodiscard]] virtual LinkStatistics link_statistics() const = 0;

  /// Of the reference energy, k = 1.
  [[nodiscard]] virtual Percent reference_standard_uncertainty() const = 0;
  /// How far the reference energy may be off since its calibration, at most; 0 when nothing is
  /// stated.
  [[nodiscard]] virtual Percent reference_drift() const { return percent(0); }
  /// Of one pulse's time stamp, k = 1.
  [[nodiscard]] virtual Duration timestamp_standard_uncertainty() const = 0;
  /// Of the time of a reading, k = 1: the greatest so far.
  [[nodiscard]] virtual Duration reading_time_standard_uncertainty() const = 0;
  /// None of a bench in software.
  [[nodiscard]] virtual std::vector<BenchInstrument> instruments() const = 0;
};

/// A simulated device's own word on what it is.
struct Model {
  std::string name;
  std::string sha256;
};

/// A bench in software: the source is a synthesis, the device takes the same recipe or the samples
/// by its terminals, the reference the meter core on samples of its own. All keep the device's
/// time.
struct SimulatedBenchSettings {
  Rational sample_rate;  ///< of the reference; a device with a converter has its own
  Frequency nominal_frequency;
  Percent reference_standard_uncertainty;
  Duration timestamp_standard_uncertainty;
};

/// Takes a device by its terminals and its link. `fresh` power-cycles the device first, so that a
/// run starts from a known state. Fills in what the device says of its error model. Errors: those
/// of the terminals; failed_precondition when the device is of another family than `device`.
[[nodiscard]] Result<std::unique_ptr<Bench>> open_simulated_bench(
    const SimulatedBenchSettings& settings, const std::string& device, bool fresh,
    std::shared_ptr<Terminals> terminals, std::unique_ptr<DeviceLink> link, Model& model);

}  // namespace meterrig::campaign
