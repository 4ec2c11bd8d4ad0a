// SPDX-License-Identifier: GPL-3.0-or-later
#include "csv_text.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace meterrig::playback {

std::string_view trimmed(std::string_view text) {
  constexpr auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

bool CsvFields::next(std::string_view& field) {
  if (ended_) return false;
  std::size_t from = 0;
  // A quoted field may hold separators; a blank may stand before its quote.
  const std::size_t start = rest_.find_first_not_of(' ');
  if (start != std::string_view::npos && rest_[start] == '"') {
    const std::size_t closing = rest_.find('"', start + 1);
    if (closing != std::string_view::npos) from = closing + 1;
  }
  const std::size_t at = rest_.find(separator_, from);
  ended_ = at == std::string_view::npos;
  field = trimmed(rest_.substr(0, at));
  if (!ended_) rest_.remove_prefix(at + 1);
  if (field.size() >= 2 && field.front() == '"' && field.back() == '"')
    field = trimmed(field.substr(1, field.size() - 2));
  return true;
}

std::vector<std::string_view> fields_of(std::string_view line, char separator) {
  std::vector<std::string_view> all;
  CsvFields fields(line, separator);
  for (std::string_view field; fields.next(field);) all.push_back(field);
  return all;
}

std::optional<double> number_in(std::string_view text, bool decimal_comma) {
  if (text.empty()) return std::nullopt;
  std::array<char, 64> copy{};
  if (decimal_comma && text.find(',') != std::string_view::npos) {
    if (text.size() > copy.size()) return std::nullopt;
    std::ranges::replace_copy(text, copy.begin(), ',', '.');
    text = {copy.data(), text.size()};
  }
  if (text.front() == '+' && text.size() > 1 && text[1] != '-') text.remove_prefix(1);
  double number = 0;
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const auto parsed = std::from_chars(begin, end, number);
  if (parsed.ptr != end) return std::nullopt;
  if (parsed.ec != std::errc()) return std::nullopt;  // beyond the range of doubles too
  return number;
}

}  // namespace meterrig::playback
