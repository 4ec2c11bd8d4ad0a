// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>

#include "meterrig/vocabulary/signal.h"
#include "scan.h"

namespace meterrig::reference {

/// The fundamental of one channel over whole cycles, as a Hann window over each half of them sees
/// it.
struct TrackedFundamental {
  double amplitude_square = 0;    ///< peak; 0 for none
  double alternating_square = 0;  ///< mean square without dc
  double turns = 0;               ///< of its sine at the middle
  double correction = 0;          ///< cycles a sample to add to the frequency it was sought with
  bool is_steady = false;         ///< its amplitude changes by less than a tenth between the halves

  /// Whether it carries a tenth of what alternates, as FrequencyTracker asks.
  [[nodiscard]] bool is_there() const { return 0.5 * amplitude_square > 0.1 * alternating_square; }
};

/// Finds the fundamentals of three channels near a frequency that is known, over `length` =
/// cycles / frequency scans from `begin` on, an even number of cycles. With z the samples turned
/// back by the frequency c, a wave at c + d turns by pi d length from the middle of one half to
/// that of the other, whatever happens to its amplitude. Harmonics are nulled at d = 0, and add to
/// the correction by about d times their share, so that every step leaves a thirtieth or less. The
/// sums are over the samples inside; the windows fall to 0 with their slope, so that where they are
/// cut makes an error below 1e-9 of the harmonics.
void track_fundamentals(const Quad* values, std::size_t stride, double begin, double length,
                        int cycles, PerPhase<TrackedFundamental>& found);

}  // namespace meterrig::reference
