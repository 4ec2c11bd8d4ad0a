// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string_view>

#include "meterrig/vocabulary/recording.h"

namespace meterrig::playback {

struct ChannelUnit {
  ChannelKind kind = ChannelKind::other;
  double to_si = 1;  ///< a number in the unit times this is in V or A; 1 for another kind
};

/// What a unit as files spell it stands for: "V", "kV", "mA", "Volt", "Amperes", Russian ones.
/// Unknown ones are of another kind.
[[nodiscard]] ChannelUnit channel_unit(std::string_view unit);

/// Seconds of a unit of time as files spell it: "s", "ms", "us", "ns", "Second"; none for another.
[[nodiscard]] std::optional<double> seconds_of_unit(std::string_view unit);

/// Sets unit, kind and to_si of a channel.
void set_unit(RecordedChannel& channel, std::string_view unit);

/// "A" of "Va", "L1" of "U1" and "IL1"; empty when the name says none.
[[nodiscard]] std::string_view phase_in_name(std::string_view name);

}  // namespace meterrig::playback
