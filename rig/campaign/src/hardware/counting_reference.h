// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <deque>
#include <memory>

#include "meterrig/vocabulary/instruments.h"
#include "reference_path.h"

namespace meterrig::campaign {

/// A reference standard that meters by itself. What it counted at its readings and at the pulses on
/// its input is known; in between, the signal being steady, energy is linear in time.
class CountingReference final : public ReferencePath {
 public:
  /// `pulse_output` is the device's output that is wired to the pulse input, if any;
  /// `standard_uncertainty` that of its energy.
  CountingReference(std::unique_ptr<ReferenceStandard> standard, std::string pulse_output,
                    Percent standard_uncertainty);

  Result<void> begin() override;
  Instant now() const override { return counts_.back().time; }
  std::string time_base() const override { return "reference standard"; }
  Result<void> pass(Duration duration) override;
  Result<void> catch_up() override;
  std::vector<Pulse> take_pulses() override;
  Duration timestamp_standard_uncertainty() const override { return {}; }
  Result<ReferenceReading> read() override;
  Result<std::optional<reference::MeterReading>> look() override;
  Result<PerPhase<ActiveEnergy>> energy_until(Instant time) override;
  void forget_before(Instant time) override;

 private:
  struct Count {
    Instant time;
    PerPhase<ActiveEnergy> energy;
  };
  Result<void> look_for_pulses();
  void add(const EnergyCount& count);

  std::unique_ptr<ReferenceStandard> standard_;
  std::string pulse_output_;
  Percent standard_uncertainty_;
  bool has_pulse_input_ = true;  // until it says otherwise
  std::deque<Count> counts_;     // by rising time, the first at most at what is still asked for
  std::vector<Pulse> pulses_;
};

/// A reading as the reference standard gives it. The second one is P = sum of U I cos(phi) and
/// Q = sum of U I sin(phi) of its own values: each is within its uncertainty, and of harmonics P
/// may have as much as their distortions multiplied.
[[nodiscard]] ReferenceReading reading_from(const ReferenceValues& values,
                                            Percent standard_uncertainty);

}  // namespace meterrig::campaign
