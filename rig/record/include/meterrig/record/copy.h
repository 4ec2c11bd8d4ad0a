// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>

#include "meterrig/playback/write.h"
#include "meterrig/vocabulary/recording.h"

namespace meterrig::record {

struct CopyOptions {
  const std::atomic<bool>* stop = nullptr;
  std::function<void(std::int64_t done, std::int64_t all)> progress{};
};

/// Writes all scans of a recording and completes the file. Errors: those of reading and writing,
/// cancelled when stopped; the writer then leaves nothing behind.
[[nodiscard]] Result<void> copy(Recording& recording, playback::RecordingWriter& writer,
                                const CopyOptions& options = {});

}  // namespace meterrig::record
