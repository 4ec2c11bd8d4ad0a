// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "meterrig/vocabulary/recording.h"

namespace meterrig::playback {

/// What a person knows of a file that the file does not say.
struct ChannelHint {
  std::string name;    ///< of the channel in the file, or its place counted from 1: "2"
  std::string rename;  ///< empty to keep the file's
  std::string unit;    ///< empty to keep the file's
  std::string phase;
  double scale = 1;  ///< value = scale * sample + offset, in `unit`
  double offset = 0;
};

struct OpenOptions {
  std::optional<Rational> rate;  ///< scans a second; required for raw samples, else it overrides
  /// For files without a header: "s16le", "s16be", "s24le", "s32le", "f32le", "f64le" (raw),
  /// "hex16" (hexadecimal text of 16-bit little-endian words). Empty: by extension and content.
  std::string encoding;
  int channels = 0;  ///< interleaved channels of raw samples; 0 means 1
  std::vector<ChannelHint> hints;
};

/// Opens a recording by its extension and its content: COMTRADE (.cfg, .dat or .cff), WAV and FLAC,
/// CSV, raw samples. Errors: not_found, permission_denied, invalid_argument for a file that cannot
/// be understood (with line and field), unimplemented for a format that is none of these.
[[nodiscard]] Result<std::unique_ptr<Recording>> open(const std::filesystem::path& file,
                                                      const OpenOptions& options = {});

/// Several recordings of one time base as one, such as an oscilloscope's file per channel. A name
/// that occurs twice gets the file's stem before it. Errors: failed_precondition when their rates
/// or lengths differ.
[[nodiscard]] Result<std::unique_ptr<Recording>> merge(
    std::vector<std::unique_ptr<Recording>> recordings);

}  // namespace meterrig::playback
