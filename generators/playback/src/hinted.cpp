// SPDX-License-Identifier: GPL-3.0-or-later
#include "hinted.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>

#include "channel_unit.h"

namespace meterrig::playback {
namespace {

struct Line {
  double scale = 1;
  double offset = 0;
  bool hinted = false;
};

class Hinted : public Recording {
 public:
  Hinted(std::unique_ptr<Recording> inner, RecordingDescription description,
         std::vector<Line> lines)
      : inner_(std::move(inner)), description_(std::move(description)), lines_(std::move(lines)) {}

  [[nodiscard]] const RecordingDescription& description() const override { return description_; }
  [[nodiscard]] std::vector<std::string> warnings() const override { return inner_->warnings(); }
  Result<void> read(std::int64_t first, std::size_t count, ScanBlock& block) override {
    if (auto done = inner_->read(first, count, block); !done) return done;
    for (std::size_t c = 0; c < lines_.size(); ++c) {
      const auto [scale, offset, hinted] = lines_[c];
      if (scale == 1 && offset == 0) continue;
      for (double& sample : block.row(c)) sample = scale * sample + offset;
    }
    return {};
  }

 private:
  std::unique_ptr<Recording> inner_;
  RecordingDescription description_;
  std::vector<Line> lines_;
};

// The channel's own name before its id before its place.
std::size_t find(const std::vector<RecordedChannel>& channels, std::string_view name) {
  const auto by = [&](auto member) {
    const auto found = std::find_if(channels.begin(), channels.end(),
                                    [&](const RecordedChannel& c) { return c.*member == name; });
    return static_cast<std::size_t>(found - channels.begin());
  };
  if (const std::size_t place = by(&RecordedChannel::name); place < channels.size()) return place;
  if (const std::size_t place = by(&RecordedChannel::id); place < channels.size()) return place;
  std::size_t place = 0;
  const char* const begin = name.data();
  const char* const end = begin + name.size();
  const auto parsed = std::from_chars(begin, end, place);
  if (parsed.ec != std::errc() || parsed.ptr != end || place == 0) return channels.size();
  return std::min(place - 1, channels.size());
}

std::string names_of(const std::vector<RecordedChannel>& channels) {
  constexpr std::size_t most = 50;
  std::string list;
  for (std::size_t c = 0; c < std::min(channels.size(), most); ++c) {
    list += (c == 0 ? "'" : ", '") + channels[c].name + "'";
    if (!channels[c].id.empty() && channels[c].id != channels[c].name)
      list += " (" + channels[c].id + ")";
  }
  if (channels.size() > most) list += fmt::format(" and {} more", channels.size() - most);
  return list;
}

}  // namespace

Result<std::unique_ptr<Recording>> with_hints(std::unique_ptr<Recording> recording,
                                              const std::vector<ChannelHint>& hints,
                                              std::optional<Rational> rate) {
  RecordingDescription description = recording->description();
  const auto refuse = [&](std::string text) {
    return fail(ErrorCode::invalid_argument, description.file + ": " + std::move(text));
  };
  std::vector<Line> lines(description.channels.size());
  // Names as the file has them, whatever an earlier hint renamed.
  const std::vector<RecordedChannel> original = description.channels;
  for (const ChannelHint& hint : hints) {
    const std::size_t c = find(original, hint.name);
    if (c == original.size())
      return refuse(fmt::format("no channel '{}'; expected one of {}, or its place from 1 to {}",
                                hint.name, names_of(original), original.size()));
    if (lines[c].hinted)
      return refuse(fmt::format("channel '{}' is described twice; expected it once", hint.name));
    if (!std::isfinite(hint.scale) || hint.scale == 0 || !std::isfinite(hint.offset))
      return refuse(
          fmt::format("channel '{}' with scale {} and offset {}; expected finite "
                      "numbers, the scale not 0",
                      hint.name, hint.scale, hint.offset));
    lines[c] = {.scale = hint.scale, .offset = hint.offset, .hinted = true};
    RecordedChannel& channel = description.channels[c];
    if (!hint.rename.empty()) channel.name = hint.rename;
    if (!hint.unit.empty()) set_unit(channel, hint.unit);
    if (!hint.phase.empty()) channel.phase = hint.phase;
    channel.resolution *= std::abs(hint.scale);
  }
  if (rate) {
    if (rate->numerator <= 0 || rate->denominator <= 0)
      return refuse(fmt::format("a rate of {}/{} scans a second; expected one above 0",
                                rate->numerator, rate->denominator));
    description.segments = {{.first = 0, .count = description.count(), .rate = *rate, .start = 0}};
  }
  return std::make_unique<Hinted>(std::move(recording), std::move(description), std::move(lines));
}

}  // namespace meterrig::playback
