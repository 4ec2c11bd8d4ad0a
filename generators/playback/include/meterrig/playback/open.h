// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "meterrig/vocabulary/recording.h"
#include "meterrig/vocabulary/recording_source.h"

namespace meterrig::playback {

using meterrig::ChannelHint;

struct OpenOptions {
  std::optional<Rational> rate;  ///< scans a second; required for raw samples, else it overrides
  /// For files without a header: "s16le", "s16be", "s24le", "s32le", "f32le", "f64le" (raw),
  /// "hex16" (hexadecimal text of 16-bit little-endian words). Empty: by extension and content.
  std::string encoding;
  int channels = 0;  ///< interleaved channels of raw samples; 0 means 1, and 2 for "hex16"
  std::vector<ChannelHint> hints;
};

/// Opens a recording by its extension and its content: COMTRADE (.cfg, .dat or .cff), WAV and FLAC,
/// CSV, raw samples. Errors: not_found, permission_denied, invalid_argument for a file that cannot
/// be understood (with line and field) or a hint for a channel that it does not have, unimplemented
/// for a format that is none of these.
[[nodiscard]] Result<std::unique_ptr<Recording>> open(const std::filesystem::path& file,
                                                      const OpenOptions& options = {});

/// Opens the files of a description and puts them together as merge() does. Errors: those of open()
/// and merge().
[[nodiscard]] Result<std::unique_ptr<Recording>> open(const RecordingSource& source);

/// Several recordings of one time base as one, such as an oscilloscope's file per channel. A name
/// that occurs twice gets the file's stem before it. Errors: failed_precondition when their rates
/// or lengths differ.
[[nodiscard]] Result<std::unique_ptr<Recording>> merge(
    std::vector<std::unique_ptr<Recording>> recordings);

}  // namespace meterrig::playback
