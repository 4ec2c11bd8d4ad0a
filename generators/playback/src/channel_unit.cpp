// SPDX-License-Identifier: GPL-3.0-or-later
#include "channel_unit.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace meterrig::playback {
namespace {

std::string lower_case(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

// Russian units and prefixes: the letters look alike, or nearly, and are others.
std::string in_latin(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> letters{
      {{"\xD0\xBC\xD0\xBA", "u"},  // mk
       {"\xD0\xBC", "m"},
       {"\xD0\xBA", "k"},
       {"\xD0\x92", "V"},
       {"\xD0\x90", "A"},
       {"\xD1\x81", "s"}}};
  std::string latin;
  while (!text.empty()) {
    const auto* const letter = std::ranges::find_if(
        letters, [&](const auto& known) { return text.starts_with(known.first); });
    if (letter == letters.end()) {
      latin += text.front();
      text.remove_prefix(1);
    } else {
      latin += letter->second;
      text.remove_prefix(letter->first.size());
    }
  }
  return latin;
}

// The micro sign and the Greek letter.
std::string_view without_micro(std::string_view text, bool& micro) {
  for (const std::string_view sign : {"\xC2\xB5", "\xCE\xBC"}) {
    if (text.size() > sign.size() && text.starts_with(sign)) {
      micro = true;
      return text.substr(sign.size());
    }
  }
  return text;
}

}  // namespace

ChannelUnit channel_unit(std::string_view spelling) {
  const std::string latin = in_latin(spelling);
  std::string_view unit = latin;
  const std::string lower = lower_case(unit);
  for (const std::string_view word : {"volt", "volts"})
    if (lower == word) return {ChannelKind::voltage, 1};
  for (const std::string_view word : {"amp", "amps", "ampere", "amperes"})
    if (lower == word) return {ChannelKind::current, 1};
  double factor = 1;
  bool micro = false;
  unit = without_micro(unit, micro);
  if (micro) factor = 1e-6;
  if (!micro && unit.size() == 2) {
    constexpr std::array<std::pair<char, double>, 6> prefixes{
        {{'n', 1e-9}, {'u', 1e-6}, {'m', 1e-3}, {'k', 1e3}, {'K', 1e3}, {'M', 1e6}}};
    for (const auto& [prefix, value] : prefixes)
      if (unit.front() == prefix) factor = value;
    if (factor == 1) return {};
    unit.remove_prefix(1);
  }
  if (unit == "V" || unit == "v") return {ChannelKind::voltage, factor};
  if (unit == "A") return {ChannelKind::current, factor};
  return {};
}

std::optional<double> seconds_of_unit(std::string_view unit) {
  const std::string latin = in_latin(unit);
  bool micro = false;
  const std::string_view rest = without_micro(latin, micro);
  if (micro) return rest == "s" ? std::optional(1e-6) : std::nullopt;
  const std::string lower = lower_case(latin);
  for (const std::string_view word : {"s", "sec", "secs", "second", "seconds"})
    if (lower == word) return 1;
  if (lower == "ms") return 1e-3;
  if (lower == "us") return 1e-6;
  if (lower == "ns") return 1e-9;
  return std::nullopt;
}

void set_unit(RecordedChannel& channel, std::string_view unit) {
  const ChannelUnit meaning = channel_unit(unit);
  channel.unit = unit;
  channel.kind = meaning.kind;
  channel.to_si = meaning.to_si;
}

std::string_view phase_in_name(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 10> endings{{{"a", "A"},
                                                                                   {"b", "B"},
                                                                                   {"c", "C"},
                                                                                   {"n", "N"},
                                                                                   {"1", "L1"},
                                                                                   {"2", "L2"},
                                                                                   {"3", "L3"},
                                                                                   {"l1", "L1"},
                                                                                   {"l2", "L2"},
                                                                                   {"l3", "L3"}}};
  const std::string lower = lower_case(name);
  if (lower.size() < 2 || (lower[0] != 'u' && lower[0] != 'v' && lower[0] != 'i')) return {};
  std::string_view rest = std::string_view(lower).substr(1);
  if (rest.front() == '_' || rest.front() == ' ') rest.remove_prefix(1);
  for (const auto& [ending, phase] : endings)
    if (rest == ending) return phase;
  return {};
}

}  // namespace meterrig::playback
