// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>

#include "terminals.h"

namespace meterrig::campaign {

/// What one terminal carries over all scans looked at, as recorded. Zero for a silent one.
struct TerminalSurvey {
  double rms = 0;
  double dc = 0;
  double greatest_cycle = 0;  ///< r.m.s. value
  double peak = 0;
  double least_window = 0;  ///< r.m.s. values over runs of `window_cycles`
  double greatest_window = 0;
};

struct Survey {
  PerPhase<TerminalSurvey> voltage;
  PerPhase<TerminalSurvey> current;
  PerPhase<double> power{};  ///< mean of u i
  std::int64_t missing = 0;  ///< values that are no numbers, counted as the one before

  /// Greatest departure of a window's r.m.s. value from the mean over all, in % of the highest mean
  /// of its kind.
  [[nodiscard]] double unsteadiness() const;
};

inline constexpr int window_cycles = 10;

/// Reads scans [first, first + count) once. Errors: those of reading.
[[nodiscard]] Result<Survey> survey(Recording& recording, std::int64_t first, std::int64_t count,
                                    const Terminals& terminals, double cycles_per_scan);

}  // namespace meterrig::campaign
