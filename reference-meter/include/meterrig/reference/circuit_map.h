// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "meterrig/reference/meter.h"

namespace meterrig::reference {

/// One single-phase circuit: which current input measures it, on which voltage, and how.
struct Circuit {
  std::string name;
  std::size_t input = 0;  ///< of the meter, from 0
  Phase phase = Phase::L1;
  bool reversed = false;  ///< its transformer is turned round
  double ratio = 1;       ///< primary current over what the input reads
};

struct CircuitReading {
  std::string name;
  Phase phase = Phase::L1;
  PhaseReading reading;  ///< without the angle against L1
};

/// Any number of single-phase circuits on three voltages, such as 28. Input k is row k % 3 of the
/// amperes of block k / 3, in a set of blocks of the same time; the volts of the first block are
/// everyone's.
///
/// to_circuits() pairs each current with its voltage, three circuits a block, so that everything
/// that reads a block (measure(), measure_by_fit(), EnergyMeter) reads circuits:
///   map.to_circuits(set, paired);
///   for (block : paired) readings.push_back(measure(block));
///   map.readings(readings);
class CircuitMap {
 public:
  /// Errors, which name the circuit: invalid_argument for a map without circuits, an input or a
  /// name that is used twice, an empty name; out_of_range for a ratio that is not finite and above
  /// 0.
  [[nodiscard]] static Result<CircuitMap> create(std::vector<Circuit> circuits);

  [[nodiscard]] std::span<const Circuit> circuits() const { return circuits_; }
  /// Blocks that to_circuits() makes: a third of the circuits, rounded up.
  [[nodiscard]] std::size_t block_count() const { return (circuits_.size() + 2) / 3; }

  /// Circuit c in row c % 3 of block c / 3, primary amperes, positive in the circuit's direction;
  /// rows beyond the last circuit are 0. `paired` is resized where it does not fit. Errors:
  /// invalid_argument for a set that lacks an input of the map, or whose blocks are not of the same
  /// time, rate and count.
  [[nodiscard]] Result<void> to_circuits(std::span<const SampleBlock> set,
                                         std::vector<SampleBlock>& paired) const;

  /// The circuits' readings from those of the paired blocks, in the order of the map. Error:
  /// invalid_argument for another number of them.
  [[nodiscard]] Result<std::vector<CircuitReading>> readings(
      std::span<const MeterReading> paired) const;

  /// Active power of all circuits of each phase; 0 of a phase without.
  [[nodiscard]] static PerPhase<ActivePower> active_power_per_phase(
      std::span<const CircuitReading> circuits);

 private:
  explicit CircuitMap(std::vector<Circuit> circuits) : circuits_(std::move(circuits)) {}
  std::vector<Circuit> circuits_;
};

}  // namespace meterrig::reference
