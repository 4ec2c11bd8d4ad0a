// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/scpi/reply_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace meterrig::scpi {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view around = " \t\r\n";
  const std::size_t first = text.find_first_not_of(around);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(around) - first + 1);
}

bool prints(char c) { return (c >= ' ' && c <= '~') || c == '\t'; }

}  // namespace

void ReplyReader::take(std::span<const std::uint8_t> bytes) {
  for (const std::uint8_t byte : bytes) {
    const char c = static_cast<char>(byte);
    if (c == end_) {
      finish_line();
    } else if (!skipping_) {
      line_.push_back(c);
      // A carriage return before the line's end does not count.
      if (line_.size() > longest_ + 1) {
        skipping_ = true;
        line_.clear();
        ready_.emplace_back(
            fail(ErrorCode::data_loss, fmt::format("a reply of more than {} characters; expected a "
                                                   "shorter one",
                                                   longest_)));
      }
    }
  }
}

void ReplyReader::finish_line() {
  const std::string line = std::exchange(line_, {});
  if (std::exchange(skipping_, false)) return;
  const std::string_view text = trimmed(line);
  const auto odd = std::ranges::find_if_not(text, prints);
  if (odd != text.end()) {
    ready_.emplace_back(fail(ErrorCode::data_loss,
                             fmt::format("a reply with the byte 0x{:02X}; expected printable ASCII",
                                         static_cast<unsigned char>(*odd))));
  } else if (text.size() > longest_) {
    ready_.emplace_back(
        fail(ErrorCode::data_loss,
             fmt::format("a reply of {} characters; expected at most {}", text.size(), longest_)));
  } else if (!line.empty() && !text.empty()) {
    ready_.emplace_back(std::string(text));
  }
}

std::optional<Result<std::string>> ReplyReader::next() {
  if (ready_.empty()) return std::nullopt;
  Result<std::string> line = std::move(ready_.front());
  ready_.pop_front();
  return line;
}

void ReplyReader::clear() {
  line_.clear();
  skipping_ = false;
  ready_.clear();
}

}  // namespace meterrig::scpi
