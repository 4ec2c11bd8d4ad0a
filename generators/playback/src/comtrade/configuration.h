// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "meterrig/playback/write.h"
#include "meterrig/vocabulary/recording.h"

namespace meterrig::playback::comtrade {

enum class DataType : std::uint8_t { ascii, binary16, binary32, float32 };

/// As the configuration spells it: "ASCII", "BINARY", "BINARY32", "FLOAT32".
[[nodiscard]] std::string_view name(DataType type);

/// From a code of the data file to a value: a code + b.
struct Scaling {
  double a = 1;
  double b = 0;
  double lowest_code = 0;  ///< as declared; not below the highest when the file does not say them
  double highest_code = 0;
};

struct SamplingRate {
  Rational rate{0, 1};   ///< scans a second; 0 when the time stamps say it
  std::int64_t end = 0;  ///< scans up to its end
};

/// A .cfg file or section.
struct Configuration {
  std::string year;  ///< as the file says, "1991" when it does not
  ComtradeRevision revision = ComtradeRevision::r1991;
  RecordingDescription description;  ///< without its segments
  std::vector<Scaling> scaling;      ///< one a channel of the description
  std::vector<SamplingRate> rates;   ///< ends increase
  DataType type = DataType::ascii;
  double stamp_unit = 1e-6;           ///< seconds of one step of the time stamps
  std::vector<std::string> warnings;  ///< what was assumed
};

/// Reads a configuration; `file` is the name for messages, `first_line` the number of its first
/// line there. Missing fields at the ends of lines, a year of another revision and text of another
/// encoding are put up with. Error: invalid_argument naming file, line, field, value and what was
/// expected.
[[nodiscard]] Result<Configuration> parse_configuration(std::string_view bytes,
                                                        const std::string& file,
                                                        std::int64_t first_line = 1);

}  // namespace meterrig::playback::comtrade
