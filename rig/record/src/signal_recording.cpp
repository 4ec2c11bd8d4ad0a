// SPDX-License-Identifier: GPL-3.0-or-later
#include "signal_recording.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "channel_bound.h"

namespace meterrig::record {

SignalRecording::SignalRecording(std::unique_ptr<Signal> signal, std::vector<std::size_t> rows,
                                 Rational fundamental, std::int64_t count)
    : signal_(std::move(signal)), rows_(std::move(rows)) {
  description_.format = "synthesized";
  description_.station = "meterrig";
  description_.nominal_frequency = fundamental.value();
  for (const std::size_t row : rows_) {
    const bool voltage = row < phase_count;
    const std::size_t phase = row % phase_count;
    RecordedChannel& channel = description_.channels.emplace_back();
    channel.name = fmt::format("{}{}", voltage ? 'U' : 'I', phase + 1);
    channel.id = channel.name;
    channel.phase = fmt::format("{}", "ABC"[phase]);
    channel.unit = fmt::format("{}", voltage ? 'V' : 'A');
    channel.kind = voltage ? ChannelKind::voltage : ChannelKind::current;
  }
  description_.segments.push_back(
      {.first = 0, .count = count, .rate = signal_->rate(), .start = 0});
}

Result<void> SignalRecording::read(std::int64_t first, std::size_t count, ScanBlock& block) {
  const std::int64_t all = description_.count();
  if (first < 0 || first > all || count > static_cast<std::size_t>(all - first))
    return fail(ErrorCode::out_of_range,
                fmt::format("scans {} to {}; there are {}", first,
                            first + static_cast<std::int64_t>(count), all));
  SampleBlock samples(signal_->rate(), first, count);
  if (const auto read = signal_->read(samples); !read) return tl::unexpected(read.error());
  block.first = first;
  block.resize(rows_.size(), count);
  for (std::size_t c = 0; c < rows_.size(); ++c) {
    const std::span<const double> row =
        rows_[c] < phase_count ? std::as_const(samples).volts(rows_[c])
                               : std::as_const(samples).amperes(rows_[c] - phase_count);
    std::ranges::copy(row, block.row(c).begin());
  }
  return {};
}

Result<std::int64_t> scans_in(Duration duration, Rational rate) {
  const double scans = std::round(duration.in(second)*rate.value());
  constexpr double most = 0x1p62;
  if (!(scans >= 1 && scans < most))
    return fail(ErrorCode::out_of_range,
                fmt::format("{} s at {} samples a second; expected at least one sample",
                            duration.in(second), rate.value()));
  return static_cast<std::int64_t>(scans);
}

std::vector<std::size_t> sounding_rows(const SignalRecipe& recipe) {
  std::vector<std::size_t> rows;
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    if (!silent(recipe.voltage.at(phase))) rows.push_back(phase);
  }
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    if (!silent(recipe.current.at(phase))) rows.push_back(phase_count + phase);
  }
  return rows;
}

double row_bound(const SignalRecipe& recipe, std::size_t row) {
  return row < phase_count ? bound(recipe.voltage.at(row))
                           : bound(recipe.current.at(row - phase_count));
}

}  // namespace meterrig::record
