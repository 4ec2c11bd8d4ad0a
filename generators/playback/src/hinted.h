// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "meterrig/vocabulary/recording.h"
#include "meterrig/vocabulary/recording_source.h"

namespace meterrig::playback {

/// The recording as a person knows it to be. Errors: invalid_argument for a hint that fits no
/// channel (it names those there are), two hints of one channel, a scale of 0, a rate not above 0.
[[nodiscard]] Result<std::unique_ptr<Recording>> with_hints(std::unique_ptr<Recording> recording,
                                                            const std::vector<ChannelHint>& hints,
                                                            std::optional<Rational> rate);

}  // namespace meterrig::playback
