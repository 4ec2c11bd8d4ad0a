// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/record/phase_name.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string_view>

namespace meterrig::record {
namespace {

constexpr std::array<std::string_view, 3> alphabets = {"abc", "123", "rst"};
constexpr std::size_t letters_rst = 2;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lower(std::string_view text) {
  std::string result;
  for (const char c : text) result += lower(c);
  return result;
}

bool is_letter(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) { return is_letter(lower(c)) || is_digit(c); }

struct Reading {
  ChannelRole role = ChannelRole::unknown;
  std::size_t phase = 0;
  std::size_t alphabet = 0;
  std::string circuit = {};  ///< a letter or digit beside the phase: "x" of "iax"
};

/// What follows the quantity: "a", "1", "ab", "an", "n", and "ax", "a1", "1a" for line a of the
/// circuit x or 1.
std::optional<Reading> read_phase(std::string_view text) {
  if (text.starts_with('l') && text.size() > 1) text.remove_prefix(1);
  if (text == "n" || text == "0" || text == "g" || text == "o" || text == "e")
    return Reading{.role = ChannelRole::neutral};
  if (text.empty() || text.size() > 2) return std::nullopt;
  for (std::size_t a = 0; a < alphabets.size(); ++a) {
    constexpr auto none = std::string_view::npos;
    const std::size_t phase = alphabets.at(a).find(text[0]);
    if (text.size() == 1) {
      if (phase != none) return Reading{ChannelRole::line, phase, a};
      continue;
    }
    const std::size_t second = alphabets.at(a).find(text[1]);
    if (phase != none && second != none) {
      if (phase == second) return std::nullopt;
      return Reading{ChannelRole::line_to_line, 0, a};
    }
    if (phase != none && is_word(text[1]))
      return Reading{ChannelRole::line, phase, a, std::string(text.substr(1))};
    if (second != none && is_digit(text[0]) && !is_digit(text[1]))
      return Reading{ChannelRole::line, second, a, std::string(text.substr(0, 1))};
  }
  return std::nullopt;
}

/// A phase field or a word by itself: "A", "L1", "AB", "L1-L2", "N".
std::optional<Reading> read_bare(std::string_view text) {
  std::string letters;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool prefix = text[i] == 'l' && i + 1 < text.size();
    if (!prefix && is_word(text[i])) letters += text[i];
  }
  if (letters == "n" || letters == "0" || letters == "g")
    return Reading{.role = ChannelRole::neutral};
  if (letters.empty() || letters.size() > 2) return std::nullopt;
  auto reading = read_phase(letters);
  // "AN" is A; a second letter that is no phase makes it another word.
  if (reading && !reading->circuit.empty() && reading->circuit != "n") return std::nullopt;
  return reading;
}

/// A word of a name: "ua", "il1", "3u0".
std::optional<Reading> read_word(std::string_view word) {
  if (word == "3u0" || word == "3i0" || word == "3uo" || word == "3io" || word == "3v0")
    return Reading{.role = ChannelRole::neutral};
  if (word.size() < 2 || std::string_view("uvie").find(word[0]) == std::string_view::npos)
    return std::nullopt;
  return read_phase(word.substr(1));
}

struct Found {
  std::optional<Reading> reading;
  bool strong = false;  ///< quantity and phase in one word
  std::string stem;
};

Found read_name(std::string_view name) {
  // A unit in brackets says nothing of the phase.
  const std::string text = lower(name.substr(0, name.find_first_of("([")));
  struct Word {
    std::size_t at;
    std::size_t size;
  };
  std::vector<Word> words;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    while (end < text.size() && is_word(text[end])) ++end;
    if (end > i) words.push_back({i, end - i});
    i = end + 1;
  }
  std::reverse(words.begin(), words.end());
  for (const bool strong : {true, false}) {
    for (const Word& word : words) {
      const std::string_view letters = std::string_view(text).substr(word.at, word.size);
      std::optional<Reading> reading;
      if (strong) {
        reading = read_word(letters);
        // "LA", "L1" without the quantity are as clear.
        if (!reading && letters.size() == 2 && letters[0] == 'l') reading = read_bare(letters);
      } else if (letters.size() == 1) {
        reading = read_bare(letters);
      }
      if (!reading) continue;
      std::string stem =
          text.substr(0, word.at) + reading->circuit + text.substr(word.at + word.size);
      return {reading, strong, std::move(stem)};
    }
  }
  return {std::nullopt, false, text};
}

std::string_view name_of(const RecordedChannel& channel) {
  return channel.id.empty() ? std::string_view(channel.name) : std::string_view(channel.id);
}

}  // namespace

std::vector<PhaseName> phase_names(std::span<const RecordedChannel> channels) {
  std::set<std::string> fields;
  std::array<std::set<std::size_t>, 2> rst;  // of voltages, of currents
  std::vector<Found> found;
  for (const RecordedChannel& channel : channels) {
    found.push_back(read_name(name_of(channel)));
    if (channel.kind == ChannelKind::other) continue;
    fields.insert(channel.phase);
    const auto& reading = found.back().reading;
    const auto field = read_bare(lower(channel.phase));
    for (const auto& r : {reading, field}) {
      if (r && r->role == ChannelRole::line && r->alphabet == letters_rst)
        rst.at(channel.kind == ChannelKind::current ? 1 : 0).insert(r->phase);
    }
  }
  std::vector<PhaseName> names;
  for (std::size_t i = 0; i < channels.size(); ++i) {
    const RecordedChannel& channel = channels[i];
    const auto usable = [&](const std::optional<Reading>& reading) {
      if (!reading) return false;
      const bool three = rst.at(channel.kind == ChannelKind::current ? 1 : 0).size() == 3;
      return reading->alphabet != letters_rst || reading->role != ChannelRole::line || three;
    };
    const auto field =
        fields.size() > 1 ? read_bare(lower(channel.phase)) : std::optional<Reading>{};
    // The name where it is plain, else the field.
    const bool by_name = usable(found[i].reading) && (found[i].strong || !usable(field));
    std::optional<Reading> reading;
    if (by_name || usable(field)) reading = by_name ? found[i].reading : field;
    PhaseName& name = names.emplace_back();
    name.stem = found[i].stem;
    if (reading && channel.kind != ChannelKind::other) {
      name.role = reading->role;
      name.phase = reading->phase;
    }
  }
  return names;
}

}  // namespace meterrig::record
