// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include "meterrig/v1/recording.pb.h"
#include "meterrig/vocabulary/recording_source.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::loader {

/// The description of a recording that was read from `description`, a file beside which the
/// recording's own files are looked for. Error: out_of_range for a rate of more than 18 digits.
[[nodiscard]] Result<RecordingSource> source_from(const v1::Recording& message,
                                                  const std::filesystem::path& description);

}  // namespace meterrig::loader
