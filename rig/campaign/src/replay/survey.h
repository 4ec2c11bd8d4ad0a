// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "terminals.h"

namespace meterrig::campaign {

/// What one terminal carries over all scans looked at, as recorded. Zero for a silent one.
struct TerminalSurvey {
  double rms = 0;
  double dc = 0;
  double greatest_cycle = 0;  ///< r.m.s. value
  double lowest = 0;          ///< sample, at most 0
  double highest = 0;         ///< at least 0
};

struct Survey {
  PerPhase<TerminalSurvey> voltage;
  PerPhase<TerminalSurvey> current;
  PerPhase<double> power{};  ///< mean of u i
  std::int64_t missing = 0;  ///< values that are no numbers, counted as the one before

  std::vector<double> cycle_power;  ///< of all phases, cycle by cycle

  /// Greatest change of the total power from one stretch of so many cycles to the next, round and
  /// round, in % of its mean; infinite without power.
  [[nodiscard]] double unsteadiness(std::size_t cycles) const;
};

/// Reads scans [first, first + count) once. Errors: those of reading.
[[nodiscard]] Result<Survey> survey(Recording& recording, std::int64_t first, std::int64_t count,
                                    const Terminals& terminals, double cycles_per_scan);

}  // namespace meterrig::campaign
