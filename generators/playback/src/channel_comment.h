// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "meterrig/vocabulary/recording.h"

namespace meterrig::playback {

/// What the comment of a sound file of ours says of a channel.
struct ChannelComment {
  std::string name;
  std::string unit;
  double full_scale = 1;  ///< in `unit`: of the largest positive code, or of 1.0 of a float
  std::string phase;
};

/// The comment's text: a line "meterrig channels: name, unit, full scale, phase", then a line a
/// channel with the four separated by tabs. Tabs and line ends in a name become spaces.
[[nodiscard]] std::string channel_comment(const std::vector<ChannelComment>& channels);

/// Nothing when the text is no such comment of `count` channels.
[[nodiscard]] std::optional<std::vector<ChannelComment>> parse_channel_comment(
    std::string_view text, std::size_t count);

}  // namespace meterrig::playback
