// SPDX-License-Identifier: GPL-3.0-or-later
// How time passes on a bench: samples go from the outputs over the terminals into the input.
#include <poll.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <span>
#include <vector>

#include "bench_state.h"

namespace meterrig::iio_server {
namespace {

__extension__ using Wide = __int128;

constexpr std::int64_t nanoseconds_per_second = 1'000'000'000;
constexpr std::int64_t most_frames_a_step = 4096;
constexpr std::size_t most_pulses_kept = 65'536;  // a bench may be served for weeks

}  // namespace

void BenchState::pass_time(Lock& lock, std::int64_t most) {
  std::int64_t count = std::min(most, most_frames_a_step);
  for (auto& output : outputs_) {
    if (!output) continue;
    const auto lasts = output->lasts(frame_);
    if (!lasts) continue;
    if (*lasts > 0) {
      count = std::min(count, *lasts);
      continue;
    }
    if (!settings_.paced) {
      const auto patience =
          std::chrono::nanoseconds(std::llround(settings_.patience.in(second) * 1e9));
      // Whoever came first has let time pass, or the client has written: look again.
      if (changed_.wait_for(lock, patience) == std::cv_status::no_timeout) return;
      if (stopped_ || output->lasts(frame_) != 0) return;
    }
    output->run_dry();
    return;  // the others may have changed meanwhile
  }
  compute(count);
  changed_.notify_all();
}

void BenchState::compute(std::int64_t count) {
  SampleBlock block({input_description().rate, 1}, frame_, static_cast<std::size_t>(count));
  terminals_.fill(block, [this](std::size_t amplifier, std::span<double> volts) {
    const Feed& from = feeds_[amplifier];
    outputs_[from.device]->volts(from.channel, frame_, settings_.wiring.amplifiers[amplifier].delay,
                                 volts);
  });
  for (std::size_t c = 0; c < drivers_.size(); ++c)
    if (const Sensor* const sensor = drivers_[c].sensor)
      input_volts_[c] = row_of(block, sensor->from).back() * sensor->gain;
  // The device is asked first: its pulses are in the same frames.
  if (device_) {
    device_->take(block);
    const std::vector<Pulse> pulses = device_->take_pulses();
    pulse_lines_.take(pulses);
    pulses_.insert(pulses_.end(), pulses.begin(), pulses.end());
    while (pulses_.size() > most_pulses_kept) pulses_.pop_front();
  }
  if (delay_.samples() > 0) block = delay_.pass(block);
  const auto frames = encode(block);
  if (input_->is_open()) input_->put(frames);
  frame_ += count;
  for (auto& output : outputs_)
    if (output) output->forget_before(frame_);
}

void BenchState::fill_row(std::size_t channel, SampleBlock& block, std::span<double> volts) {
  const Driver& driver = drivers_[channel];
  if (const Sensor* const sensor = driver.sensor) {
    std::ranges::transform(row_of(block, sensor->from), volts.begin(),
                           [sensor](double value) { return value * sensor->gain; });
  } else if (const std::optional<std::size_t>& line = driver.pulse_line; line) {
    pulse_lines_.fill(*line, block.first_sample - static_cast<std::int64_t>(delay_.samples()),
                      volts);
  } else {
    std::ranges::fill(volts, 0);
  }
}

std::vector<std::uint8_t> BenchState::encode(SampleBlock& block) {
  const DeviceDescription& device = input_description();
  const std::vector<bool>& enabled = input_->enabled();
  const std::size_t frame = frame_bytes(device, enabled);
  std::vector<std::uint8_t> bytes(frame * block.count());
  std::vector<double> row(block.count());
  std::size_t place = 0;
  for (std::size_t c = 0; c < device.channels.size(); ++c) {
    const ChannelDescription& channel = device.channels[c];
    const std::size_t size = channel.format.bytes();
    // Pulse lines go on whether somebody looks or not.
    if (enabled[c] || drivers_[c].pulse_line) fill_row(c, block, row);
    if (drivers_[c].pulse_line) input_volts_[c] = row.back();
    if (!enabled[c]) continue;
    place = (place + size - 1) / size * size;
    for (std::size_t i = 0; i < block.count(); ++i) {
      std::int64_t code = 0;
      if (channel.id == "timestamp") {
        const Wide since = Wide{block.first_sample + static_cast<std::int64_t>(i)};
        code = epoch_ + static_cast<std::int64_t>(since * nanoseconds_per_second / device.rate);
      } else {
        code = code_of(channel, row[i]);
      }
      iio_server::encode(channel.format, code, std::span(bytes).subspan(i * frame + place, size));
    }
    place += size;
  }
  return bytes;
}

void BenchState::pace() {
  constexpr int tick = 2;  // milliseconds
  pollfd stop{worker_.stop_descriptor(), POLLIN, 0};
  while (::poll(&stop, 1, tick) <= 0) {
    Lock lock(mutex_);
    const std::int64_t elapsed = clock_.now().nanoseconds - paced_from_;
    const auto target = static_cast<std::int64_t>(Wide{elapsed} * input_description().rate /
                                                  nanoseconds_per_second);
    while (frame_ < target && !stopped_) pass_time(lock, target - frame_);
  }
}

}  // namespace meterrig::iio_server
