// SPDX-License-Identifier: GPL-3.0-or-later
#include "csv_header.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "channel_unit.h"
#include "csv_text.h"

namespace meterrig::playback {
namespace {

bool is_unit(std::string_view text) {
  return channel_unit(text).kind != ChannelKind::other || seconds_of_unit(text).has_value();
}

// "X" of "U_X"; empty without such an ending.
std::string_view ending_of(std::string_view name) {
  const std::size_t at = name.rfind('_');
  if (at == std::string_view::npos || at == 0) return {};
  return name.substr(at + 1);
}

// Whether another name differs from this one in its ending only, and that is no unit.
bool tells_phases_apart(std::string_view name, const std::vector<std::string_view>& all) {
  const std::string_view stem = name.substr(0, name.size() - ending_of(name).size());
  return std::ranges::any_of(all, [&](std::string_view other) {
    const std::string_view ending = ending_of(other);
    return !ending.empty() && ending.size() + stem.size() == other.size() &&
           other.starts_with(stem) && (ending == "B" || ending == "C");
  });
}

CsvHeader read_header(std::string_view text, const std::vector<std::string_view>& all) {
  CsvHeader header{.name = std::string(text), .unit = {}, .id = std::string(text)};
  const auto split = [&](std::size_t at, std::string_view unit) {
    header.name = trimmed(text.substr(0, at));
    header.id = header.name;
    header.unit = trimmed(unit);
    return header;
  };
  for (const auto& [open, close] : {std::pair{'[', ']'}, {'(', ')'}}) {
    const std::size_t at = text.rfind(open);
    if (!text.empty() && text.back() == close && at != std::string_view::npos)
      return split(at, text.substr(at + 1, text.size() - at - 2));
  }
  if (const std::size_t at = text.rfind('/'); at != std::string_view::npos && at > 0) {
    const std::string_view unit = trimmed(text.substr(at + 1));
    if (is_unit(unit)) return split(at, unit);
  }
  const std::string_view ending = ending_of(text);
  if ((ending == "I" || is_unit(ending)) && !tells_phases_apart(text, all)) {
    header.unit = ending == "I" ? "A" : ending;
    header.id = text.substr(0, text.size() - ending.size() - 1);
  }
  return header;
}

// What all ids begin with, up to a sign that parts words: "MODAQ_".
std::size_t common_beginning(const std::vector<CsvHeader>& headers) {
  const std::string* first = nullptr;
  std::size_t length = 0;
  int named = 0;
  for (const CsvHeader& header : headers) {
    if (header.id.empty() || names_time(header.name) || names_counter(header.name)) continue;
    ++named;
    if (first == nullptr) {
      first = &header.id;
      length = first->size();
      continue;
    }
    std::size_t same = 0;
    while (same < std::min(length, header.id.size()) && (*first)[same] == header.id[same]) ++same;
    length = same;
  }
  if (named < 2) return 0;
  while (length > 0 &&
         std::string_view("_ .:/-").find((*first)[length - 1]) == std::string_view::npos)
    --length;
  return length;
}

std::string first_word(std::string_view name) {
  std::string word;
  for (const char c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) break;
    word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return word;
}

}  // namespace

std::vector<CsvHeader> read_headers(const std::vector<std::string_view>& texts) {
  std::vector<CsvHeader> headers;
  headers.reserve(texts.size());
  for (const std::string_view text : texts) headers.push_back(read_header(text, texts));
  const std::size_t beginning = common_beginning(headers);
  for (CsvHeader& header : headers) {
    if (header.id.size() > beginning && !names_time(header.name) && !names_counter(header.name))
      header.id.erase(0, beginning);
  }
  return headers;
}

bool names_time(std::string_view name) {
  constexpr std::array<std::string_view, 8> words{"t",    "time",        "timestamp", "datetime",
                                                  "zeit", "zeitstempel", "temps",     "second"};
  return std::ranges::find(words, first_word(name)) != words.end();
}

bool names_counter(std::string_view name) {
  constexpr std::array<std::string_view, 6> words{"n", "no", "nr", "index", "sample", "sequence"};
  const std::string word = first_word(name);
  return name == "#" || std::ranges::find(words, word) != words.end();
}

std::string_view unit_alone(std::string_view text) {
  if (text.size() > 2 &&
      ((text.front() == '[' && text.back() == ']') || (text.front() == '(' && text.back() == ')')))
    return trimmed(text.substr(1, text.size() - 2));
  return is_unit(text) ? text : std::string_view{};
}

}  // namespace meterrig::playback
