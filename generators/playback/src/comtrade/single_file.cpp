// SPDX-License-Identifier: GPL-3.0-or-later
#include "single_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

#include "../csv_text.h"

namespace meterrig::playback::comtrade {
namespace {

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

struct SectionLine {
  std::string type;  // "cfg", "inf", "hdr", "dat"
  std::string form;  // of the data: "ascii", "binary"
  std::optional<std::int64_t> bytes;
};

// "--- file type: DAT BINARY: 1234 ---"
std::optional<SectionLine> section_in(std::string_view line) {
  while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.remove_suffix(1);
  std::string text = lower_case(trimmed(line));
  std::string_view rest = text;
  const auto take = [&rest](std::string_view word) {
    if (!rest.starts_with(word)) return false;
    rest = trimmed(rest.substr(word.size()));
    return true;
  };
  if (!take("---") || !take("file") || !take("type") || !take(":")) return std::nullopt;
  rest = trimmed(rest.substr(0, rest.find("---")));
  SectionLine section;
  section.type = trimmed(rest.substr(0, rest.find_first_of(" :\t")));
  rest = trimmed(rest.substr(section.type.size()));
  const std::size_t colon = rest.find(':');
  section.form = trimmed(rest.substr(0, colon));
  if (colon == std::string_view::npos) return section;
  const std::string_view number = trimmed(rest.substr(colon + 1));
  std::int64_t bytes = 0;
  const auto parsed = std::from_chars(number.data(), number.data() + number.size(), bytes);
  if (parsed.ec == std::errc() && bytes >= 0) section.bytes = bytes;
  return section;
}

// Lines from the start of a file; of long ones only the beginning.
class Lines {
 public:
  explicit Lines(const ByteFile& file) : file_(file), buffer_(std::size_t{1} << 16U, '\0') {}

  // The line with its end, or its next piece of 64 KiB.
  Result<bool> next(std::string_view& piece) {
    starts_line_ = ends_line_;
    if (starts_line_) ++number_;
    std::size_t end = find_end();
    if (end == std::string_view::npos) {
      std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_),
                buffer_.begin() + static_cast<std::ptrdiff_t>(end_), buffer_.begin());
      end_ -= begin_;
      begin_ = 0;
      const auto got = file_.read(offset_ + static_cast<std::int64_t>(end_),
                                  {buffer_.data() + end_, buffer_.size() - end_});
      if (!got) return tl::unexpected(got.error());
      end_ += *got;
      end = find_end();
      if (end == std::string_view::npos) end = end_;
    }
    piece = {buffer_.data() + begin_, end - begin_};
    offset_ += static_cast<std::int64_t>(piece.size());
    begin_ = end;
    ends_line_ = piece.ends_with('\n');
    return !piece.empty();
  }
  [[nodiscard]] bool starts_line() const { return starts_line_; }
  [[nodiscard]] std::int64_t number() const { return number_; }
  [[nodiscard]] std::int64_t offset() const { return offset_; }  // of what follows

 private:
  [[nodiscard]] std::size_t find_end() const {
    const std::size_t at = std::string_view(buffer_.data(), end_).find('\n', begin_);
    return at == std::string_view::npos ? at : at + 1;
  }

  const ByteFile& file_;
  std::string buffer_;
  std::size_t begin_ = 0;  // of what is not yet given
  std::size_t end_ = 0;
  std::int64_t offset_ = 0;
  std::int64_t number_ = 0;
  bool starts_line_ = true;
  bool ends_line_ = true;
};

}  // namespace

bool is_section_line(std::string_view line) {
  return line.starts_with("---") && section_in(line).has_value();
}

Result<SingleFile> split_single_file(ByteFile file) {
  const std::string name = file.name();
  const auto refuse = [&name](const std::string& what) {
    return fail(ErrorCode::invalid_argument, fmt::format("{}: {}", name, what));
  };
  SingleFile single{.configuration = {},
                    .first_line = 1,
                    .data = {.file = std::move(file), .begin = 0, .end = 0, .first_line = 1},
                    .warnings = {}};
  Lines lines(single.data.file);
  bool has_configuration = false;
  bool inside = false;
  std::string_view piece;
  for (;;) {
    const auto more = lines.next(piece);
    if (!more) return tl::unexpected(more.error());
    if (!*more)
      return refuse(fmt::format("ends after line {}; expected a section --- file type: {} ---",
                                lines.number() - 1, has_configuration ? "DAT" : "CFG"));
    const auto section = lines.starts_line() ? section_in(piece) : std::nullopt;
    if (!section) {
      if (!inside) continue;
      single.configuration += piece;
      if (single.configuration.size() > longest_configuration)
        return refuse("a configuration of more than 16 MiB; expected a shorter one");
      continue;
    }
    inside = section->type == "cfg";
    if (inside) {
      has_configuration = true;
      single.configuration.clear();
      single.first_line = lines.number() + 1;
    }
    if (section->type != "dat") continue;
    if (!has_configuration)
      return refuse(fmt::format(
          "line {}: the section of data; expected --- file type: CFG --- before", lines.number()));

    DataSection& data = single.data;
    data.begin = lines.offset();
    data.first_line = lines.number() + 1;
    const std::int64_t available = data.file.size() - data.begin;
    data.end = data.file.size();
    if (section->form == "ascii") return single;
    if (!section->bytes) {
      single.warnings.push_back(
          fmt::format("{}: line {}: no number of bytes; the data was read to the end of the file",
                      name, lines.number()));
    } else if (*section->bytes > available) {
      single.warnings.push_back(
          fmt::format("{}: line {}: {} bytes of data, of which {} are there; the file is cut off",
                      name, lines.number(), *section->bytes, available));
    } else {
      data.end = data.begin + *section->bytes;
    }
    return single;
  }
}

}  // namespace meterrig::playback::comtrade
