// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "meterrig/vocabulary/rational.h"

namespace meterrig {

/// What a person knows of a channel that the file does not say.
struct ChannelHint {
  std::string name;    ///< of the channel in the file, or its place counted from 1: "2"
  std::string rename;  ///< empty to keep the file's
  std::string unit;    ///< empty to keep the file's
  std::string phase;   ///< empty to keep the file's
  double scale = 1;    ///< value = scale * sample + offset, in `unit`
  double offset = 0;
};

/// A recording as a description file (recording.proto) gives it: files of one time base and what
/// they do not say themselves.
struct RecordingSource {
  std::string id;
  std::string title;
  std::vector<std::filesystem::path> files;
  std::optional<Rational> rate;  ///< scans a second; the files' own without
  std::string encoding;          ///< of files without a header, such as "s16le"; empty: by the file
  int channels = 0;              ///< interleaved in files without a header; 0: by the encoding
  std::vector<ChannelHint> hints;
};

}  // namespace meterrig
