// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>

#include "meterrig/vocabulary/recording.h"

namespace meterrig::playback {

/// Error: out_of_range when scans first to first + count - 1 are not all in the recording.
[[nodiscard]] Result<void> check_range(const RecordingDescription& description, std::int64_t first,
                                       std::size_t count);

}  // namespace meterrig::playback
