// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "data_section.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::playback::comtrade {

/// Where a line that holds something begins.
struct LinePlace {
  std::int64_t scan = 0;    ///< lines with something before it
  std::int64_t number = 1;  ///< in the file
  std::int64_t offset = 0;
};

/// What one pass over lines of text finds.
struct TextSurvey {
  std::int64_t count = 0;        ///< lines that hold something
  std::vector<LinePlace> index;  ///< the first of each mebibyte
  std::int64_t last_line = 0;    ///< offset of the last one
  bool last_is_ended = false;    ///< by a line end
  std::int64_t end = 0;          ///< offset where the text ends, or another section begins
};

/// Error: data_loss.
[[nodiscard]] Result<TextSurvey> survey_text(const DataSection& data);

/// Whether a line holds more than blanks and control characters.
[[nodiscard]] inline bool holds_something(std::string_view line) {
  for (const char c : line)
    if (static_cast<unsigned char>(c) > ' ') return true;
  return false;
}

}  // namespace meterrig::playback::comtrade
