// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <utility>

#include "meterrig/playback/open.h"

namespace meterrig::playback {
namespace {

class Merged : public Recording {
 public:
  Merged(std::vector<std::unique_ptr<Recording>> parts, RecordingDescription description)
      : parts_(std::move(parts)), description_(std::move(description)) {}

  [[nodiscard]] const RecordingDescription& description() const override { return description_; }
  [[nodiscard]] std::vector<std::string> warnings() const override {
    std::vector<std::string> all;
    for (const auto& part : parts_) {
      const std::vector<std::string> own = part->warnings();
      all.insert(all.end(), own.begin(), own.end());
    }
    return all;
  }
  Result<void> read(std::int64_t first, std::size_t count, ScanBlock& block) override {
    block.resize(description_.channels.size(), count);
    block.first = first;
    std::size_t row = 0;
    for (const auto& part : parts_) {
      if (auto done = part->read(first, count, part_block_); !done) return done;
      for (std::size_t c = 0; c < part_block_.channels(); ++c, ++row)
        std::ranges::copy(std::as_const(part_block_).row(c), block.row(row).begin());
    }
    return {};
  }

 private:
  std::vector<std::unique_ptr<Recording>> parts_;
  RecordingDescription description_;
  ScanBlock part_block_;
};

// "4000 scans, 4000 at 50000 a second": what two recordings must have in common.
std::string time_base(const RecordingDescription& description) {
  std::string text = fmt::format("{} scans", description.count());
  for (std::size_t s = 0; s < std::min<std::size_t>(description.segments.size(), 4); ++s) {
    const RecordedSegment& segment = description.segments[s];
    text += fmt::format("{} {} at {} a second", s == 0 ? "," : " and", segment.count,
                        segment.rate.value());
  }
  return text;
}

bool same_time_base(const RecordingDescription& a, const RecordingDescription& b) {
  return std::ranges::equal(a.segments, b.segments,
                            [](const RecordedSegment& x, const RecordedSegment& y) {
                              return x.first == y.first && x.count == y.count && x.rate == y.rate;
                            });
}

}  // namespace

Result<std::unique_ptr<Recording>> merge(std::vector<std::unique_ptr<Recording>> recordings) {
  if (recordings.empty())
    return fail(ErrorCode::invalid_argument, "no recording to merge; expected at least one");
  if (recordings.size() == 1) return std::move(recordings.front());
  RecordingDescription description = recordings.front()->description();
  std::map<std::string, int> uses;
  for (const auto& recording : recordings)
    for (const RecordedChannel& channel : recording->description().channels) ++uses[channel.name];
  description.channels.clear();
  description.status_channels.clear();
  for (const auto& recording : recordings) {
    const RecordingDescription& part = recording->description();
    if (!same_time_base(description, part))
      return fail(ErrorCode::failed_precondition,
                  fmt::format("{}: {}; expected {} as in {}", part.file, time_base(part),
                              time_base(description), description.file));
    const std::string stem = std::filesystem::path(part.file).stem().string();
    for (RecordedChannel channel : part.channels) {
      if (uses[channel.name] > 1) channel.name = stem + ":" + channel.name;
      description.channels.push_back(std::move(channel));
    }
    description.status_channels.insert(description.status_channels.end(),
                                       part.status_channels.begin(), part.status_channels.end());
  }
  return std::make_unique<Merged>(std::move(recordings), std::move(description));
}

}  // namespace meterrig::playback
