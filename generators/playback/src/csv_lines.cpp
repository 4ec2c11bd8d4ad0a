// SPDX-License-Identifier: GPL-3.0-or-later
#include "csv_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace meterrig::playback {
namespace {

constexpr std::size_t usual_piece = std::size_t{1} << 18U;

}  // namespace

CsvLines::CsvLines(const ByteFile& file, std::int64_t offset, std::int64_t line_number)
    : file_(&file), buffer_offset_(offset), line_number_(line_number - 1) {}

Result<bool> CsvLines::raw_line(std::string_view& line) {
  std::size_t searched = 0;  // bytes of the present line known to have no end
  for (;;) {
    const char* const start = buffer_.data() + begin_;
    const std::size_t have = end_ - begin_;
    const void* const found =
        have > searched ? std::memchr(start + searched, '\n', have - searched) : nullptr;
    if (found != nullptr) {
      const auto length = static_cast<std::size_t>(static_cast<const char*>(found) - start);
      line = {start, length};
      line_offset_ = buffer_offset_ + static_cast<std::int64_t>(begin_);
      begin_ += length + 1;
      ++line_number_;
      return true;
    }
    searched = have;
    if (have > longest_line)
      return fail(
          ErrorCode::invalid_argument,
          fmt::format("{}: line {}: more than {} bytes; expected a table of numbers as text",
                      file_->name(), line_number_ + 1, longest_line));
    // The rest of the line goes to the front, and the file's next piece behind it.
    if (have > 0) std::memmove(buffer_.data(), start, have);
    buffer_offset_ += static_cast<std::int64_t>(begin_);
    begin_ = 0;
    end_ = have;
    // Room for more than a line, but not for more than the file.
    const auto whole = static_cast<std::size_t>(file_->size()) + 1;
    const std::size_t room = std::min(std::max(usual_piece, 2 * have), whole);
    if (buffer_.size() < room) buffer_.resize(room);
    const auto got = file_->read(buffer_offset_ + static_cast<std::int64_t>(end_),
                                 {buffer_.data() + end_, buffer_.size() - end_});
    if (!got) return tl::unexpected(got.error());
    end_ += *got;
    if (*got == 0) {
      if (end_ == 0) return false;
      line = {buffer_.data(), end_};
      line_offset_ = buffer_offset_;
      begin_ = end_;
      ++line_number_;
      return true;
    }
  }
}

Result<bool> CsvLines::next(std::string_view& line) {
  for (;;) {
    auto got = raw_line(line);
    if (!got || !*got) return got;
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (line_offset_ == 0 && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
    const std::size_t text = line.find_first_not_of(" \t\r");
    if (text != std::string_view::npos && line[text] != '#') return true;
  }
}

}  // namespace meterrig::playback
