// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "byte_file.h"

namespace meterrig::playback {

/// The lines of a text from a place on that hold something: empty ones and comments (#) are passed
/// over, line ends and a byte order mark taken off. Holds one piece of the file at a time.
class CsvLines {
 public:
  static constexpr std::size_t longest_line = std::size_t{1} << 20U;

  /// `line_number` is that of the line at `offset`, which starts there.
  CsvLines(const ByteFile& file, std::int64_t offset, std::int64_t line_number);

  /// False at the end. The text lives until the next call. Errors: invalid_argument for a line of
  /// more than 1 MiB, data_loss.
  [[nodiscard]] Result<bool> next(std::string_view& line);
  [[nodiscard]] std::int64_t line_number() const { return line_number_; }  ///< of the last line
  [[nodiscard]] std::int64_t offset() const { return line_offset_; }       ///< of the last line

 private:
  [[nodiscard]] Result<bool> raw_line(std::string_view& line);

  const ByteFile* file_;
  std::int64_t buffer_offset_;
  std::int64_t line_number_;
  std::int64_t line_offset_ = 0;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;  // of what is not yet given, in the buffer
  std::size_t end_ = 0;
};

}  // namespace meterrig::playback
