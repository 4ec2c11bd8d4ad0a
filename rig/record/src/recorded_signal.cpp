// SPDX-License-Identifier: GPL-3.0-or-later
#include "recorded_signal.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "meterrig/record/phase_name.h"

namespace meterrig::record {
namespace {

// The row of a channel: 0 to 2 for voltages, 3 to 5 for currents.
std::optional<std::size_t> row_of(const RecordedChannel& channel, const PhaseName& name,
                                  bool alone) {
  if (channel.kind == ChannelKind::other) return std::nullopt;
  const std::size_t first = channel.kind == ChannelKind::voltage ? 0 : phase_count;
  if (name.role == ChannelRole::line) return first + name.phase;
  if (name.role == ChannelRole::unknown && alone) return first;
  return std::nullopt;
}

}  // namespace

RecordedSignal::RecordedSignal(std::shared_ptr<Recording> recording, const Rows& channels)
    : recording_(std::move(recording)), channels_(channels) {}

Result<RecordedSignal> RecordedSignal::create(std::shared_ptr<Recording> recording) {
  const RecordingDescription& described = recording->description();
  if (described.segments.size() != 1)
    return fail(ErrorCode::invalid_argument,
                fmt::format("a recording of {} segments; expected one", described.segments.size()));
  const std::vector<PhaseName> names = phase_names(described.channels);
  Rows rows;
  for (std::size_t c = 0; c < described.channels.size(); ++c) {
    const RecordedChannel& channel = described.channels[c];
    const bool alone =
        std::ranges::count(described.channels, channel.kind, &RecordedChannel::kind) == 1;
    const auto row = row_of(channel, names[c], alone);
    if (!row) continue;
    std::optional<std::size_t>& taken = rows.at(*row);
    if (taken)
      return fail(ErrorCode::invalid_argument,
                  fmt::format("two channels of the {} of L{}: {} and {}; expected one",
                              *row < phase_count ? "voltage" : "current", *row % phase_count + 1,
                              described.channels[*taken].name, channel.name));
    taken = c;
  }
  if (std::ranges::none_of(rows, [](const auto& row) { return row.has_value(); }))
    return fail(ErrorCode::invalid_argument,
                "no channel is the voltage or the current of a line; expected one at least");
  return RecordedSignal(std::move(recording), rows);
}

Result<void> RecordedSignal::read(SampleBlock& block) {
  if (auto read = recording_->read(block.first_sample, block.count(), scans_); !read) return read;
  const auto& channels = recording_->description().channels;
  for (std::size_t row = 0; row < channels_.size(); ++row) {
    const std::span<double> out =
        row < phase_count ? block.volts(row) : block.amperes(row - phase_count);
    std::ranges::fill(out, 0.0);
    const std::optional<std::size_t>& number = channels_.at(row);
    if (!number) continue;
    const RecordedChannel& channel = channels[*number];
    const std::span<const double> in = std::as_const(scans_).row(*number);
    for (std::size_t i = 0; i < out.size(); ++i) {
      if (std::isnan(in[i]))
        return fail(ErrorCode::data_loss,
                    fmt::format("scan {} of {} is missing; expected a value",
                                block.first_sample + static_cast<std::int64_t>(i), channel.name));
      out[i] = channel.to_si * in[i];
    }
  }
  return {};
}

}  // namespace meterrig::record
