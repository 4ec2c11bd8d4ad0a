// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "csv_lines.h"
#include "csv_text.h"
#include "csv_time.h"
#include "meterrig/vocabulary/recording.h"

namespace meterrig::playback {

struct CsvTime {
  std::size_t column = 0;  ///< counted from 0
  TimeForm form = TimeForm::number;
  double unit = 1;       ///< seconds
  double head_step = 0;  ///< usual step of the first rows, in the unit
};

struct CsvColumn {
  std::size_t column = 0;  ///< counted from 0
  RecordedChannel channel;
};

/// Where a table has what, from its first lines.
struct CsvLayout {
  CsvStyle style;
  std::int64_t data_offset = 0;  ///< of the first row of numbers
  std::int64_t data_line = 1;
  std::optional<CsvTime> time;
  std::vector<CsvColumn> columns;
  std::optional<Rational> stated_rate;         ///< of a settings line such as Sample Interval
  std::optional<std::int64_t> promised_scans;  ///< Record Length
  std::string device;                          ///< model and serial number
  std::string first_time;                      ///< when the time column holds dates
  bool settings = false;                       ///< of an oscilloscope
  std::vector<std::string> warnings;
};

/// Finds separator, decimal mark, header, units, settings and time column of a table. Errors:
/// invalid_argument with line and column when there is no row of numbers; data_loss.
[[nodiscard]] Result<CsvLayout> find_layout(const ByteFile& file);

}  // namespace meterrig::playback
