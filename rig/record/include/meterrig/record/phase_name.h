// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "meterrig/vocabulary/recording.h"

namespace meterrig::record {

enum class ChannelRole : std::uint8_t {
  unknown,
  line,          ///< of one line: a voltage to neutral or earth, a current
  line_to_line,  ///< "AB", "U12"
  neutral,       ///< of the neutral or residual: "N", "Un", "3U0"
};

/// What the phase field and the name of a channel say.
struct PhaseName {
  ChannelRole role = ChannelRole::unknown;
  std::size_t phase = 0;  ///< of a line: 0, 1, 2 for L1, L2, L3
  std::string stem;       ///< the name without what says the phase, such as "LINE SUM "
};

/// One for each channel. A name of the form U, V, E or I with a phase ("Ua", "IL1", "VA(kV)")
/// counts more than the file's phase field, which some programs fill with numbers of their own; a
/// field that says the same of all channels is not counted. Phases are A B C, 1 2 3, L1 L2 L3, and
/// R S T where all three occur.
[[nodiscard]] std::vector<PhaseName> phase_names(std::span<const RecordedChannel> channels);

}  // namespace meterrig::record
