// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "meterrig/vocabulary/recording.h"

namespace meterrig::playback {

/// Weighted sum of channels of a recording: what one terminal carries, in V or A.
struct Term {
  std::size_t channel = 0;
  double factor = 1;  ///< volts or amperes for one unit of the channel
};
using Mix = std::vector<Term>;

/// A part of a recording that is played round and round. Lengths are in steps of 2^-20 of a scan,
/// so that no place in it is ever rounded.
struct Loop {
  static constexpr int step_bits = 20;
  std::int64_t begin = 0;   ///< scan of the recording where it begins, and where it begins again
  std::int64_t length = 0;  ///< steps, a whole number of cycles of the fundamental
  std::int64_t cycles = 0;
  std::int64_t fade =
      0;  ///< steps: the end of the loop becomes what lies before its begin, in this

  [[nodiscard]] double length_in_scans() const {
    return static_cast<double>(length) / static_cast<double>(std::int64_t{1} << step_bits);
  }
};

/// The longest loop in scans [first, first + count) of one segment. One cycle in front of it is
/// left for the cross-fade. Its length is the whole number of cycles for which the phase of the
/// fundamental of `reference` at its end is that at its begin: the phase of a correlation over two
/// cycles under a Hann window, with one cycle taken as 1 / cycles_per_scan. Where either end has
/// no fundamental to speak of (a tenth of the greater), cycles / cycles_per_scan. Errors:
/// failed_precondition for fewer than two cycles, and those of reading.
[[nodiscard]] Result<Loop> find_loop(Recording& recording, std::int64_t first, std::int64_t count,
                                     const Mix& reference, double cycles_per_scan);

}  // namespace meterrig::playback
