// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "meterrig/vocabulary/element.h"

namespace meterrig::twin {

/// The last codes of a core, from which its harmonics are found when somebody asks: a transform for
/// each window would take as long as half of all else.
struct HarmonicSamples {
  std::array<std::vector<std::int32_t>, 2 * phase_count> rows;  ///< voltages, then currents
  double frequency = 0;                                         ///< cycles a sample; 0 unknown
  std::array<bool, 2 * phase_count> live{};                     ///< whether its harmonics are shown
};

}  // namespace meterrig::twin
