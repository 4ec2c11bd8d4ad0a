// SPDX-License-Identifier: GPL-3.0-or-later
#include "output.h"

#include <algorithm>
#include <utility>

namespace meterrig::iio_server {
namespace {

__extension__ using Wide = __int128;

constexpr std::int64_t nanoseconds_per_second = 1'000'000'000;
constexpr std::int64_t longest_delay = 1'000'000;  // nanoseconds

Wide floor_divide(Wide a, Wide b) { return a / b - (a % b < 0 ? 1 : 0); }

double volts_of(const ChannelDescription& channel, std::int64_t code) {
  if (channel.converter_bits > 0) {
    const int dropped = channel.format.bits - channel.converter_bits;
    code = (code >> dropped) * (std::int64_t{1} << dropped);
  }
  return (static_cast<double>(code) + channel.offset) * channel.scale / 1000;
}

}  // namespace

Output::Output(const DeviceDescription& device)
    : rate_(device.rate),
      levels_(device.channels.size()),
      enabled_(device.channels.size()),
      rows_(device.channels.size()) {}

void Output::open(std::uint64_t owner, std::size_t samples, std::vector<bool> enabled,
                  bool cyclic) {
  owner_ = owner;
  samples_ = samples;
  enabled_ = std::move(enabled);
  cyclic_ = cyclic;
  begun_ = dry_ = false;
  start_ = base_ = first_ = end_ = current_ = 0;
  for (auto& row : rows_) row.clear();
}

void Output::close(AfterClose after, std::int64_t frame) {
  for (std::size_t c = 0; c < levels_.size(); ++c) {
    if (!enabled_[c]) continue;
    double level = 0;
    // The first sample is out as soon as the buffer begins.
    if (after == AfterClose::last_code) volts(c, std::max(frame, start_), 0, {&level, 1});
    levels_[c] = level;
  }
  owner_.reset();
  std::fill(enabled_.begin(), enabled_.end(), false);
  begun_ = false;
}

std::size_t Output::room() const {
  if (cyclic_) return end_ > 0 ? 0 : samples_;
  // A frame has left the queue when the converter has taken it.
  const std::int64_t queued = begun_ && !dry_ ? std::max<std::int64_t>(0, end_ - current_) : 0;
  const std::int64_t waiting = begun_ ? queued : end_;
  const auto capacity = static_cast<std::int64_t>(buffers_ * samples_);
  return static_cast<std::size_t>(std::max<std::int64_t>(0, capacity - waiting));
}

void Output::append(const DeviceDescription& device, std::span<const std::uint8_t> frames) {
  const std::size_t frame = frame_bytes(device, enabled_);
  std::size_t place = 0;
  for (std::size_t c = 0; c < device.channels.size(); ++c) {
    if (!enabled_[c]) continue;
    const SampleFormat& format = device.channels[c].format;
    place = (place + format.bytes() - 1) / format.bytes() * format.bytes();
    for (std::size_t at = place; at < frames.size(); at += frame)
      rows_[c].push_back(
          volts_of(device.channels[c], decode(format, frames.subspan(at, format.bytes()))));
    place += format.bytes();
  }
  end_ += static_cast<std::int64_t>(frames.size() / frame);
}

void Output::begin(std::int64_t frame) {
  if (begun_ && !dry_) return;
  start_ = frame;
  base_ = dry_ ? current_ : 0;
  begun_ = true;
  dry_ = false;
}

std::int64_t Output::index(std::int64_t frame, std::int64_t delay) const {
  const Wide later = Wide{frame - start_} * nanoseconds_per_second - Wide{delay} * bench_rate_;
  return base_ + static_cast<std::int64_t>(
                     floor_divide(later * rate_, Wide{bench_rate_} * nanoseconds_per_second));
}

std::optional<std::int64_t> Output::lasts(std::int64_t frame) const {
  if (!is_open() || !begun_ || cyclic_ || dry_) return std::nullopt;
  // The first bench frame whose index is end_.
  const Wide needed = Wide{end_ - base_} * bench_rate_;
  const Wide first_without = -floor_divide(-needed, Wide{rate_});
  return std::max<std::int64_t>(0, start_ + static_cast<std::int64_t>(first_without) - frame);
}

void Output::run_dry() {
  ++underflows_;
  dry_ = true;
  current_ = end_;
}

void Output::volts(std::size_t channel, std::int64_t frame, std::int64_t delay,
                   std::span<double> values) const {
  if (!enabled_[channel] || !begun_) {
    std::fill(values.begin(), values.end(), levels_[channel]);
    return;
  }
  const std::vector<double>& row = rows_[channel];
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::int64_t at = index(frame + static_cast<std::int64_t>(i), delay);
    if (at < first_) {
      values[i] = levels_[channel];  // what was out before the first sample
    } else if (cyclic_) {
      values[i] = row[static_cast<std::size_t>(at % end_)];
    } else {
      values[i] = at < end_ ? row[static_cast<std::size_t>(at - first_)] : 0;
    }
  }
}

bool Output::live() const {
  const auto drives = [](double volts) { return volts != 0; };
  for (std::size_t c = 0; c < levels_.size(); ++c) {
    const bool buffered = enabled_[c] && begun_;
    if (buffered ? !dry_ && std::ranges::any_of(rows_[c], drives) : drives(levels_[c])) return true;
  }
  return false;
}

void Output::forget_before(std::int64_t frame) {
  if (!begun_ || cyclic_ || dry_) return;
  current_ = std::min(end_, index(frame, 0));
  const std::int64_t oldest = std::clamp(index(frame, longest_delay), first_, end_);
  const auto count = static_cast<std::ptrdiff_t>(oldest - first_);
  // Moving what is left costs as much as what is forgotten, so not for a few.
  if (count < static_cast<std::ptrdiff_t>(samples_)) return;
  for (auto& row : rows_)
    if (!row.empty()) row.erase(row.begin(), row.begin() + count);
  first_ = oldest;
}

void Output::change_bench_rate(std::int64_t frame, std::int64_t bench_rate) {
  if (begun_) {
    base_ = index(frame, 0);
    start_ = 0;
  }
  bench_rate_ = bench_rate;
}

}  // namespace meterrig::iio_server
