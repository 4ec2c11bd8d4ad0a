// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "meterrig/vocabulary/recording.h"

namespace meterrig::playback::comtrade {

/// Sets kind and to_si of every channel by its unit, else by its id (U.., V.., I..), and its phase
/// by its id where the file says none. Returns what was assumed, one sentence a kind of assumption.
[[nodiscard]] std::vector<std::string> interpret_channels(std::vector<RecordedChannel>& channels);

/// "A" of "Ia", "L1" of "REM1 SUM IL1", "N" of "Un (kV)", "R" of "UR"; empty when the id says none.
[[nodiscard]] std::string phase_in_id(std::string_view id);

}  // namespace meterrig::playback::comtrade
