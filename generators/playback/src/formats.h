// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "meterrig/playback/open.h"
#include "meterrig/playback/write.h"

namespace meterrig::playback {

// One pair a format; each in source files of its own, COMTRADE in comtrade/.

/// WAV and FLAC by libsndfile; a file of ours gives volts and amperes back, see the room's README.
[[nodiscard]] Result<std::unique_ptr<Recording>> open_sound_file(const std::filesystem::path& file);
/// Error: invalid_argument for a rate that is not a whole number, more channels than the format
/// has, an encoding that it does not have.
[[nodiscard]] Result<std::unique_ptr<RecordingWriter>> create_sound_file(
    const std::filesystem::path& file, const RecordingDescription& description,
    const std::vector<double>& full_scale, const WriteOptions& options);

/// A table of numbers as text. A rate in the options is taken instead of the time column.
[[nodiscard]] Result<std::unique_ptr<Recording>> open_csv(const std::filesystem::path& file,
                                                          const OpenOptions& options);
[[nodiscard]] Result<std::unique_ptr<RecordingWriter>> create_csv(
    const std::filesystem::path& file, const RecordingDescription& description);

/// Samples without a header, of options.encoding. Error: invalid_argument without a rate.
[[nodiscard]] Result<std::unique_ptr<Recording>> open_raw_samples(const std::filesystem::path& file,
                                                                  const OpenOptions& options);
/// Hexadecimal text of 16-bit little-endian words, after a first line FFFFFFFF if there is one.
[[nodiscard]] Result<std::unique_ptr<Recording>> open_hex_words(const std::filesystem::path& file,
                                                                const OpenOptions& options);

}  // namespace meterrig::playback
