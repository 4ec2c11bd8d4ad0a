// SPDX-License-Identifier: GPL-3.0-or-later
#include "text_survey.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "single_file.h"

namespace meterrig::playback::comtrade {
namespace {

constexpr std::size_t piece_size = std::size_t{1} << 20U;

// A line may be cut by the ends of pieces; what is needed of it is whether it holds something.
struct OpenLine {
  std::int64_t offset = 0;
  std::int64_t number = 1;
  bool counted = false;
};

// The line at this place; of a long one the beginning.
Result<std::string> line_at(const DataSection& data, std::int64_t offset) {
  constexpr std::int64_t longest = 200;
  std::string text(static_cast<std::size_t>(std::min(longest, data.end - offset)), '\0');
  const auto got = data.file.read(offset, text);
  if (!got) return tl::unexpected(got.error());
  text.resize(std::min(*got, text.find('\n')));
  return text;
}

}  // namespace

Result<TextSurvey> survey_text(const DataSection& data) {
  TextSurvey survey;
  survey.end = data.end;
  OpenLine line{.offset = data.begin, .number = data.first_line, .counted = false};
  std::vector<char> piece(
      static_cast<std::size_t>(std::min<std::int64_t>(piece_size, data.end - data.begin)));
  for (std::int64_t offset = data.begin; offset < data.end;) {
    const auto wanted =
        static_cast<std::size_t>(std::min<std::int64_t>(std::ssize(piece), data.end - offset));
    const auto got = data.file.read(offset, {piece.data(), wanted});
    if (!got) return tl::unexpected(got.error());
    if (*got == 0) break;
    bool indexed = false;
    const char* at = piece.data();
    const char* const end = at + *got;
    while (at != end) {
      const void* const found = std::memchr(at, '\n', static_cast<std::size_t>(end - at));
      const char* const line_end = found == nullptr ? end : static_cast<const char*>(found);
      if (!line.counted && holds_something({at, line_end})) {
        // Only a section of a .cff can have another behind it.
        if (*at == '-' && data.begin > 0) {
          const auto text = line_at(data, line.offset);
          if (!text) return tl::unexpected(text.error());
          if (is_section_line(*text)) {
            survey.end = line.offset;
            return survey;
          }
        }
        line.counted = true;
        if (!indexed) {
          survey.index.push_back(
              {.scan = survey.count, .number = line.number, .offset = line.offset});
          indexed = true;
        }
        survey.last_line = line.offset;
        ++survey.count;
      }
      if (line.counted) survey.last_is_ended = found != nullptr;
      at = line_end;
      if (found == nullptr) break;
      ++at;
      line = {.offset = offset + (at - piece.data()), .number = line.number + 1, .counted = false};
    }
    offset += static_cast<std::int64_t>(*got);
  }
  return survey;
}

}  // namespace meterrig::playback::comtrade
