// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "byte_file.h"
#include "csv_layout.h"

namespace meterrig::playback {

/// Where a row of the table stands in the file.
struct CsvPlace {
  std::int64_t offset = 0;
  std::int64_t line = 1;
};

/// What one pass over a table finds.
struct CsvSurvey {
  static constexpr std::int64_t rows_a_place = 4096;

  std::int64_t rows = 0;
  std::vector<CsvPlace> places;  ///< of rows 0, 4096, 8192, ...
  Rational rate{1, 1};           ///< scans a second, from the time column
  std::vector<std::string> warnings;
};

/// Counts the rows and, when the layout has a time column and `with_time` asks for it, finds the
/// rate and checks every time against it. Errors: invalid_argument with the line when the times are
/// uneven (half a step or more from where even steps put them) or do not advance; data_loss.
[[nodiscard]] Result<CsvSurvey> survey(const ByteFile& file, const CsvLayout& layout,
                                       bool with_time);

}  // namespace meterrig::playback
