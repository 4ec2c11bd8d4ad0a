// SPDX-License-Identifier: GPL-3.0-or-later
#include "device_feed.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace meterrig::iio_server {
namespace {

__extension__ using Wide = __int128;

constexpr std::int64_t nanoseconds_per_second = 1'000'000'000;

SampleBlock part_of(const SampleBlock& block, std::size_t from, std::size_t count,
                    std::int64_t first_sample) {
  SampleBlock part(block.rate, first_sample, count);
  const auto copy = [from, count](std::span<const double> source, std::span<double> target) {
    std::ranges::copy(source.subspan(from, count), target.begin());
  };
  for (std::size_t p = 0; p < phase_count; ++p) {
    copy(block.volts(p), part.volts(p));
    copy(block.amperes(p), part.amperes(p));
  }
  return part;
}

}  // namespace

Result<void> DeviceFeed::begin(Rational rate) {
  const auto who = device_->describe();
  if (!who) return tl::unexpected(who.error());
  converter_ = who->converter;
  const auto terms = device_->apply_samples({.rate = rate, .frequency = fundamental_}, 0);
  if (!terms) return tl::unexpected(terms.error());
  rate_ = rate;
  start_ = terms->now;
  reach_ = terms->reach;
  room_ = terms->capacity;
  fed_ = 0;
  return {};
}

Result<void> DeviceFeed::feed(const SampleBlock& block) {
  std::size_t done = 0;
  while (done < block.count()) {
    if (room_ <= 0)
      return fail(ErrorCode::failed_precondition,
                  "the device under test has no room for samples though its time has passed");
    const std::size_t count = std::min(block.count() - done, static_cast<std::size_t>(room_));
    const SampleBlock part = part_of(block, done, count, fed_);
    const auto state =
        converter_ ? device_->feed(convert(part, *converter_, saturated_)) : device_->feed(part);
    if (!state) return tl::unexpected(state.error());
    done += count;
    fed_ += static_cast<std::int64_t>(count);
    // What was fed lasts until here, less what the device needs beyond its time.
    const Wide until = Wide{fed_ - reach_} * nanoseconds_per_second * rate_.denominator;
    const auto elapsed = static_cast<std::int64_t>(until / rate_.numerator);
    if (elapsed <= 0) {
      room_ = state->room;
      continue;
    }
    auto edges = device_->advance({start_.nanoseconds + elapsed});
    if (!edges) return tl::unexpected(edges.error());
    std::ranges::move(*edges, std::back_inserter(pulses_));
    // The device has now dropped what lies before its time; it tells how much at the next feed.
    room_ = std::max<std::int64_t>(state->room, 1);
  }
  return {};
}

void DeviceFeed::take(const SampleBlock& block) {
  if (error_) return;
  if (auto fed = feed(block); !fed) error_ = fed.error();
}

}  // namespace meterrig::iio_server
