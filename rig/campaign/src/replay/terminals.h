// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>
#include <vector>

#include "meterrig/playback/loop.h"
#include "meterrig/vocabulary/element.h"
#include "meterrig/vocabulary/recording.h"

namespace meterrig::campaign {

/// What each terminal gets of a recording, in V and A as recorded; empty for nothing.
struct Terminals {
  PerPhase<playback::Mix> voltage;
  PerPhase<playback::Mix> current;
  std::vector<std::string> notes;  ///< what was derived or assumed

  /// Power up to a factor: of what stands in for what was not recorded a voltage's current is
  /// proportional to it, and a current's voltage is steady.
  [[nodiscard]] double product(double u, double i) const {
    if (!has_current()) return u * u;
    return has_voltage() ? u * i : i * i;
  }
  [[nodiscard]] bool has_voltage() const { return any(voltage); }
  [[nodiscard]] bool has_current() const { return any(current); }

 private:
  static bool any(const PerPhase<playback::Mix>& mixes) {
    return !mixes[0].empty() || !mixes[1].empty() || !mixes[2].empty();
  }
};

/// Error: failed_precondition when no channel can be assigned.
[[nodiscard]] Result<Terminals> assign_terminals(std::span<const RecordedChannel> channels);

/// "A4 (Va)", or the name alone; sums with their factors.
[[nodiscard]] std::string source_text(const playback::Mix& mix,
                                      std::span<const RecordedChannel> channels);

}  // namespace meterrig::campaign
