// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "meterrig/campaign/bench.h"
#include "meterrig/vocabulary/element.h"
#include "meterrig/vocabulary/instant.h"
#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/result.h"
#include "meterrig/vocabulary/roles.h"

namespace meterrig::campaign {

/// How a bench with hardware meters what is on its terminals, and keeps its time: 0 at begin().
/// Errors of every call: those of the instrument.
class ReferencePath {
 public:
  ReferencePath() = default;
  ReferencePath(const ReferencePath&) = delete;
  ReferencePath& operator=(const ReferencePath&) = delete;
  virtual ~ReferencePath() = default;

  /// What is on the terminals is metered from now on.
  [[nodiscard]] virtual Result<void> begin() = 0;
  /// Up to which it is metered.
  [[nodiscard]] virtual Instant now() const = 0;
  [[nodiscard]] virtual std::string time_base() const = 0;
  /// Lets at least so much time pass, and little more.
  [[nodiscard]] virtual Result<void> pass(Duration duration) = 0;
  /// Brings now() up to the present, where the instrument goes on while nobody looks.
  [[nodiscard]] virtual Result<void> catch_up() = 0;
  /// Pulses at the reference's own input that came since they were last taken.
  [[nodiscard]] virtual std::vector<Pulse> take_pulses() = 0;
  /// Of their time stamps, as far as the instrument tells; else unknown.
  [[nodiscard]] virtual Duration timestamp_standard_uncertainty() const = 0;
  /// Reads the steady signal; time may pass.
  [[nodiscard]] virtual Result<ReferenceReading> read() = 0;
  /// What it has seen lately, for the conditions; none when there is nothing new. No time passes
  /// but that of asking the instrument.
  [[nodiscard]] virtual Result<std::optional<reference::MeterReading>> look() = 0;
  /// Since begin(), to a time that is past and not forgotten.
  [[nodiscard]] virtual Result<PerPhase<ActiveEnergy>> energy_until(Instant time) = 0;
  virtual void forget_before(Instant time) = 0;
};

}  // namespace meterrig::campaign
