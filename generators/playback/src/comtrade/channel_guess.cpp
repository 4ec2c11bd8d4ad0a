// SPDX-License-Identifier: GPL-3.0-or-later
#include "channel_guess.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

#include "../channel_unit.h"

namespace meterrig::playback::comtrade {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// "3U0" is a voltage, "2 Ia" a current.
ChannelKind kind_in_id(std::string_view id) {
  while (!id.empty() && (is_digit(id.front()) || id.front() == ' ')) id.remove_prefix(1);
  if (id.empty()) return ChannelKind::other;
  const char first = lower(id.front());
  if (first == 'u' || first == 'v') return ChannelKind::voltage;
  return first == 'i' ? ChannelKind::current : ChannelKind::other;
}

// Of one word: an optional U, V or I, an optional L, and the phase.
std::string phase_in_word(std::string_view word) {
  std::string text;
  std::transform(word.begin(), word.end(), std::back_inserter(text), lower);
  std::string_view rest = text;
  const bool quantity = !rest.empty() && (rest[0] == 'u' || rest[0] == 'v' || rest[0] == 'i');
  if (quantity) rest.remove_prefix(1);
  const bool line = rest.size() == 2 && rest[0] == 'l';
  if (line) rest.remove_prefix(1);
  if (rest.size() != 1) return {};
  const char phase = rest[0];
  // A lone digit counts something else.
  if (phase >= '1' && phase <= '3') return quantity || line ? fmt::format("L{}", phase) : "";
  constexpr std::string_view letters = "abcnrst";
  if (letters.find(phase) == std::string_view::npos) return {};
  return std::string(1, static_cast<char>(phase - 'a' + 'A'));
}

void append(std::string& list, const RecordedChannel& channel) {
  constexpr std::size_t longest = 200;
  if (list.size() > longest) return;
  list += list.empty() ? "" : ", ";
  list += channel.id.empty() ? channel.name : fmt::format("{} ({})", channel.name, channel.id);
  if (list.size() > longest) list += ", ...";
}

}  // namespace

std::string phase_in_id(std::string_view id) {
  if (const std::size_t bracket = id.rfind('('); bracket != std::string_view::npos && bracket > 0)
    id = id.substr(0, bracket);
  constexpr std::string_view separators = " _.-:/";
  while (!id.empty()) {
    const std::size_t end = id.find_last_not_of(separators);
    if (end == std::string_view::npos) return {};
    const std::size_t before = id.find_last_of(separators, end);
    const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
    std::string phase = phase_in_word(id.substr(begin, end + 1 - begin));
    if (!phase.empty()) return phase;
    id = id.substr(0, begin);
  }
  return {};
}

std::vector<std::string> interpret_channels(std::vector<RecordedChannel>& channels) {
  std::string by_id;
  std::string small_amperes;
  for (RecordedChannel& channel : channels) {
    ChannelUnit meaning = channel_unit(channel.unit);
    if (meaning.kind == ChannelKind::other && !channel.unit.empty()) {
      // "ka", "a"
      std::string upper = channel.unit;
      if (upper.back() == 'a') upper.back() = 'A';
      meaning = channel_unit(upper);
    }
    if (channel.unit == "MA" || channel.unit == "Ma") {
      meaning = {ChannelKind::current, 1e-3};
      append(small_amperes, channel);
    }
    if (channel.unit.empty()) {
      meaning.kind = kind_in_id(channel.id);
      if (meaning.kind != ChannelKind::other) append(by_id, channel);
    }
    channel.kind = meaning.kind;
    channel.to_si = meaning.to_si;
  }

  // S and T are phases where R is one, else a synchronising or a transfer voltage.
  std::vector<RecordedChannel*> guessed;
  bool has_r = false;
  for (RecordedChannel& channel : channels) {
    if (channel.phase.empty() && channel.kind != ChannelKind::other) {
      channel.phase = phase_in_id(channel.id);
      guessed.push_back(&channel);
    }
    has_r = has_r || channel.phase == "R";
  }
  for (RecordedChannel* channel : guessed) {
    if (!has_r && (channel->phase == "S" || channel->phase == "T")) channel->phase.clear();
  }

  std::vector<std::string> assumed;
  if (!by_id.empty())
    assumed.push_back(fmt::format("no unit: {}; read as volts or amperes by the name", by_id));
  if (!small_amperes.empty())
    assumed.push_back(fmt::format("unit MA: {}; read as milliamperes", small_amperes));
  return assumed;
}

}  // namespace meterrig::playback::comtrade
