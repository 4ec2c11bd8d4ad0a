// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "meterrig/vocabulary/recording.h"

namespace meterrig::playback {

enum class FileFormat : std::uint8_t { comtrade, wav, flac, csv };
enum class ComtradeRevision : std::uint8_t { r1991, r1999, r2013 };
enum class Encoding : std::uint8_t { ascii, binary16, binary32, float32, float64, pcm16, pcm24 };

struct WriteOptions {
  FileFormat format = FileFormat::comtrade;
  ComtradeRevision revision = ComtradeRevision::r2013;
  Encoding encoding = Encoding::float32;
  bool single_file = false;  ///< COMTRADE 2013: .cff
};

/// Writes a recording as it comes, in constant memory.
class RecordingWriter {
 public:
  virtual ~RecordingWriter() = default;
  /// Scans in order, all channels of the description. Errors: out_of_range for a value beyond the
  /// channel's range (it names channel, scan, value and range), unavailable when the disk is full.
  [[nodiscard]] virtual Result<void> append(const ScanBlock& block) = 0;
  /// Completes the file; without it nothing is left at the file's place. Errors as append(), and
  /// failed_precondition when fewer scans came than the description promises.
  [[nodiscard]] virtual Result<void> finish() = 0;
};

/// Which format an extension asks for: .cfg/.cff, .wav, .flac, .csv. Errors: invalid_argument.
[[nodiscard]] Result<WriteOptions> options_for(const std::filesystem::path& file);

/// `full_scale` is the largest absolute value of each channel, in its unit, from which the codes of
/// integer encodings follow; the writer adds nothing to it. Errors: invalid_argument for a
/// combination that the format does not have, already_exists never (a file is replaced once
/// complete), permission_denied, not_found for a folder that is not there.
[[nodiscard]] Result<std::unique_ptr<RecordingWriter>> create(
    const std::filesystem::path& file, const RecordingDescription& description,
    const std::vector<double>& full_scale, const WriteOptions& options);

}  // namespace meterrig::playback
