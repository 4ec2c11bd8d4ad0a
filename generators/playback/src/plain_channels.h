// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "meterrig/playback/open.h"

namespace meterrig::playback {

/// Describes a file without a header: channels "1", "2", ... of another kind, one segment of no
/// scans yet at options.rate. `channels` is their number where the options do not say it. Errors:
/// invalid_argument without a rate above 0 or with a number of channels outside 1 to 1024.
[[nodiscard]] Result<RecordingDescription> describe_plain(const std::string& file,
                                                          const OpenOptions& options, int channels,
                                                          std::string_view unit);

}  // namespace meterrig::playback
