// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "meterrig/ports/clock.h"
#include "meterrig/scpi_simulator/wiring_fault.h"
#include "meterrig/vocabulary/instruments.h"
#include "meterrig/vocabulary/terminals.h"

namespace meterrig::scpi::simulator {

/// Errors of the simulated instruments, as gains of every value of the kind.
struct WorldSettings {
  Percent source_voltage_error = percent(0.002);  ///< of what is put out, from what was set
  Percent source_current_error = percent(-0.003);
  Percent reference_voltage_error = percent(0.0005);  ///< of what the reference reads
  Percent reference_current_error = percent(-0.0004);
  Angle reference_angle_error = degree(0.0002);  ///< of the displacement
  SourceRange range{
      .voltage = volt(300), .current = ampere(120), .lowest = hertz(40), .highest = hertz(70)};
  std::uint64_t device_seed = 1;  ///< of the meter on the terminals
  /// The meter's output that is wired to the reference's pulse input; empty: all of them.
  std::string pulse_output;
  WiringFault wiring_fault = WiringFault::none;
};

/// What the simulated instruments of a bench share: a source puts voltages and currents on wires, a
/// reference meter reads them, and a simulated meter may hang on them. Every instrument has its own
/// thread, so each call is for any thread. Time is either that of a clock or granted by advance().
class ElectricalWorld {
 public:
  /// Time is granted: it stands still until advance().
  explicit ElectricalWorld(const WorldSettings& settings);
  /// Time is that of the clock, which outlives the world, from now on.
  ElectricalWorld(const WorldSettings& settings, const ports::Clock& clock);
  /// Time is granted, but the watchdog waits by the clock, which outlives the world.
  [[nodiscard]] static std::shared_ptr<ElectricalWorld> with_granted_time(
      const WorldSettings& settings, const ports::Clock& watchdog_clock);

  [[nodiscard]] const SourceRange& range() const { return settings_.range; }
  /// Since the world began.
  [[nodiscard]] Instant now() const;
  /// Grants time up to then. Errors: failed_precondition when a clock gives the time, out_of_range
  /// for the past, and those of the terminals.
  [[nodiscard]] Result<void> advance(Instant until);
  /// Lets what time has done happen; instruments call it between commands.
  void catch_up();

  /// Hangs a meter on the wires, which gets their volts and amperes from now on. Errors: those of
  /// Terminals.
  [[nodiscard]] Result<void> attach(std::shared_ptr<Terminals> terminals);
  /// Edges of the meter's pulse outputs since the last call, in its own time.
  [[nodiscard]] std::vector<Pulse> take_pulses();
  /// Why the meter on the terminals got no volts or time, the first time that it was so.
  [[nodiscard]] Result<void> terminals_state() const;

  // The source. It takes any point: limits are its instrument's.
  void set(const OperatingPoint& point);
  void switch_output(bool on);
  [[nodiscard]] OperatingPoint set_point() const;
  [[nodiscard]] bool output_on() const;
  /// What is on the wires; 0 V and 0 A when the output is off.
  [[nodiscard]] OperatingPoint output() const;
  /// Switches the output off when no command was heard for so long; 0 s disarms it.
  void arm_watchdog(Duration interval);
  void heard_command();
  [[nodiscard]] bool watchdog_tripped() const;
  /// A fault: the voltage that is put out differs by so much from what was set.
  void deviate(Percent voltage);
  /// A fault: the source takes no new set-points.
  void freeze_output(bool frozen);

  // The reference meter.
  [[nodiscard]] ReferenceValues read_reference() const;
  void start_energy();
  [[nodiscard]] EnergyCount energy();
  /// The oldest pulse of the meter since start_energy() that was not given before, and what had
  /// been counted at its edge.
  [[nodiscard]] std::optional<EnergyCount> next_counted_pulse();

 private:
  [[nodiscard]] Instant clock_time() const;
  [[nodiscard]] Instant watchdog_time() const;
  void pass(Instant until);
  void pass_until(Instant time);
  void count_energy(Instant until);
  [[nodiscard]] PerPhase<ActiveEnergy> energy_between(Instant begin, Instant end) const;
  void put_out();
  [[nodiscard]] OperatingPoint output_now() const;
  [[nodiscard]] ReferenceValues reference_now() const;

  WorldSettings settings_;
  const ports::Clock* clock_ = nullptr;  // null: time is granted
  Instant clock_start_;
  const ports::Clock* watchdog_clock_ = nullptr;  // null: it waits by the world's time
  mutable std::mutex mutex_;
  Instant now_;
  Instant waves_start_;  // time 0 of what is on the wires
  OperatingPoint set_;
  bool on_ = false;
  bool frozen_ = false;
  Percent deviation_ = percent(0);
  Duration watchdog_ = second(0);
  Instant last_command_;  // by the watchdog's time
  bool tripped_ = false;
  std::shared_ptr<Terminals> terminals_;
  Instant terminals_start_;  // of the world, in the meter's time
  std::vector<Pulse> pulses_;
  Result<void> terminals_state_;
  Instant energy_start_;
  Instant counted_until_;
  PerPhase<ActiveEnergy> energy_{watt_hour(0), watt_hour(0), watt_hour(0)};
  std::deque<EnergyCount> counted_pulses_;
};

}  // namespace meterrig::scpi::simulator
