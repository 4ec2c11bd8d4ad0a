// SPDX-License-Identifier: GPL-3.0-or-later
#include "channel_comment.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace meterrig::playback {
namespace {

constexpr std::string_view title = "meterrig channels: name, unit, full scale, phase";

std::string on_one_line(std::string text) {
  std::ranges::replace_if(text, [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
  return text;
}

// The text up to the separator, which is taken off with it; all of it without one.
std::string_view take(std::string_view& text, char separator) {
  const std::size_t at = text.find(separator);
  const std::string_view part = text.substr(0, at);
  text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
  return part;
}

}  // namespace

std::string channel_comment(const std::vector<ChannelComment>& channels) {
  std::string text(title);
  for (const ChannelComment& channel : channels)
    text += fmt::format("\n{}\t{}\t{}\t{}", on_one_line(channel.name), on_one_line(channel.unit),
                        channel.full_scale, on_one_line(channel.phase));
  return text;
}

std::optional<std::vector<ChannelComment>> parse_channel_comment(std::string_view text,
                                                                 std::size_t count) {
  if (take(text, '\n') != title) return std::nullopt;
  std::vector<ChannelComment> channels;
  while (channels.size() < count) {
    std::string_view line = take(text, '\n');
    ChannelComment channel;
    channel.name = take(line, '\t');
    channel.unit = take(line, '\t');
    const std::string_view number = take(line, '\t');
    channel.phase = line;
    const char* const begin = number.data();
    const char* const end = begin + number.size();
    const auto parsed = std::from_chars(begin, end, channel.full_scale);
    if (channel.name.empty() || parsed.ec != std::errc() || parsed.ptr != end ||
        !std::isfinite(channel.full_scale) || channel.full_scale < 0)
      return std::nullopt;
    channels.push_back(std::move(channel));
  }
  return channels;
}

}  // namespace meterrig::playback
