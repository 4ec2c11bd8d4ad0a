// SPDX-License-Identifier: GPL-3.0-or-later
// The buffers of a bench's devices, as clients open, fill, read and close them.
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cmath>

#include "bench_state.h"

namespace meterrig::iio_server {
namespace {

std::chrono::nanoseconds chrono_of(Duration duration) {
  return std::chrono::nanoseconds(std::llround(duration.in(second) * 1e9));
}

}  // namespace

Answer<std::size_t> BenchState::owned(std::string_view device, std::uint64_t owner) {
  const auto index = find(device);
  if (!index) return tl::unexpected(ENODEV);
  const bool owns = outputs_[*index] ? outputs_[*index]->owned_by(owner) : input_->owned_by(owner);
  if (!owns || stopped_) return tl::unexpected(EBADF);
  return *index;
}

Answer<void> BenchState::open(std::string_view device, std::uint64_t owner, std::size_t samples,
                              const std::vector<bool>& mask, bool cyclic) {
  const Lock lock(mutex_);
  const auto index = find(device);
  if (!index) return tl::unexpected(ENODEV);
  const DeviceDescription& description = context_.devices[*index];
  const std::size_t words = (description.channels.size() + 31) / 32;
  std::vector<bool> enabled(mask);
  if (mask.size() != 32 * words || samples == 0) return tl::unexpected(EINVAL);
  enabled.resize(description.channels.size());
  const std::size_t frame = frame_bytes(description, enabled);
  const bool beyond = std::find(mask.begin() + static_cast<std::ptrdiff_t>(enabled.size()),
                                mask.end(), true) != mask.end();
  constexpr std::size_t most_bytes = 1ULL << 30U;
  if (frame == 0 || beyond || samples > most_bytes / frame) return tl::unexpected(EINVAL);
  if (description.output) {
    if (outputs_[*index]->is_open()) return tl::unexpected(EBUSY);
    outputs_[*index]->open(owner, samples, std::move(enabled), cyclic);
  } else {
    if (cyclic) return tl::unexpected(EINVAL);
    if (input_->is_open()) return tl::unexpected(EBUSY);
    input_->open(owner, std::move(enabled), frame, std::max(settings_.input_frames, 2 * samples));
  }
  changed_.notify_all();
  return {};
}

void BenchState::close_device(std::size_t device) {
  if (outputs_[device]) {
    outputs_[device]->close(settings_.after_close, frame_ - 1);
  } else {
    input_->close();
  }
  begin_ready();
}

Answer<void> BenchState::close(std::string_view device, std::uint64_t owner) {
  const Lock lock(mutex_);
  const auto index = owned(device, owner);
  if (!index) return tl::unexpected(index.error());
  close_device(*index);
  return {};
}

void BenchState::close_all(std::uint64_t owner) {
  const Lock lock(mutex_);
  for (std::size_t i = 0; i < outputs_.size(); ++i)
    if (outputs_[i] ? outputs_[i]->owned_by(owner) : input_->owned_by(owner)) close_device(i);
}

Answer<void> BenchState::set_buffers(std::string_view device, std::uint64_t count) {
  const Lock lock(mutex_);
  const auto index = find(device);
  if (!index) return tl::unexpected(ENODEV);
  if (count == 0) return tl::unexpected(EINVAL);
  if (outputs_[*index]) outputs_[*index]->set_buffers(static_cast<std::size_t>(count));
  return {};
}

Answer<BufferLayout> BenchState::layout(std::string_view device, std::uint64_t owner) {
  const Lock lock(mutex_);
  const auto index = owned(device, owner);
  if (!index) return tl::unexpected(index.error());
  const auto& output = outputs_[*index];
  const auto& enabled = output ? output->enabled() : input_->enabled();
  const std::size_t frame = frame_bytes(context_.devices[*index], enabled);
  return BufferLayout{.frame_bytes = frame,
                      .enabled = enabled,
                      .at_once = output && output->cyclic() ? output->room() * frame : 0};
}

bool BenchState::keeps_waiting(std::size_t device) const {
  const auto& attributes = context_.devices[device].attributes;
  const auto hold = std::ranges::find(attributes, Behaviour::hold, &Attribute::behaviour);
  if (hold != attributes.end()) return hold->value == "1";
  return outputs_[device] && outputs_[device]->is_open() && !outputs_[device]->loaded();
}

// An output begins with its first samples, unless it or another one of its group keeps all waiting.
void BenchState::begin_ready() {
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    if (!outputs_[i] || !outputs_[i]->is_open() || !outputs_[i]->loaded()) continue;
    bool ready = !keeps_waiting(i);
    const int group = context_.devices[i].group;
    for (std::size_t k = 0; group > 0 && k < outputs_.size(); ++k)
      if (context_.devices[k].group == group && keeps_waiting(k)) ready = false;
    if (ready && !outputs_[i]->begun()) outputs_[i]->begin(frame_);
  }
  changed_.notify_all();
}

Answer<void> BenchState::write(std::string_view device, std::uint64_t owner,
                               std::span<const std::uint8_t> frames) {
  Lock lock(mutex_);
  while (true) {
    const auto index = owned(device, owner);
    if (!index) return tl::unexpected(index.error());
    if (!outputs_[*index]) return tl::unexpected(EINVAL);
    Output& output = *outputs_[*index];
    const DeviceDescription& description = context_.devices[*index];
    const std::size_t frame = frame_bytes(description, output.enabled());
    if (frames.size() % frame != 0) return tl::unexpected(EINVAL);
    if (output.cyclic() && (output.loaded() || frames.size() / frame > output.room()))
      return tl::unexpected(output.loaded() ? EBUSY : EINVAL);
    const std::size_t taken = std::min(output.room(), frames.size() / frame) * frame;
    if (taken > 0) {
      output.append(description, frames.first(taken));
      if (output.begun()) output.begin(frame_);  // one that had run dry
      begin_ready();
      frames = frames.subspan(taken);
    }
    if (frames.empty()) return {};
    if (settings_.paced || !output.begun()) {
      if (changed_.wait_for(lock, chrono_of(settings_.patience)) == std::cv_status::timeout &&
          !output.begun())
        return tl::unexpected(ETIMEDOUT);
    } else if (input_->is_open() && input_->room() == 0) {
      // Frames would be lost: that is for the client to prevent, for a while.
      if (changed_.wait_for(lock, chrono_of(settings_.patience)) == std::cv_status::timeout)
        pass_time(lock, 1);
    } else {
      const auto most = input_->is_open() ? static_cast<std::int64_t>(input_->room()) : INT64_MAX;
      pass_time(lock, most);
    }
  }
}

Answer<std::vector<std::uint8_t>> BenchState::read(std::string_view device, std::uint64_t owner,
                                                   std::size_t most) {
  Lock lock(mutex_);
  while (true) {
    const auto index = owned(device, owner);
    if (!index) return tl::unexpected(index.error());
    if (outputs_[*index]) return tl::unexpected(EINVAL);
    if (input_->held() > 0) {
      auto frames = input_->take(most);
      changed_.notify_all();
      return frames;
    }
    if (settings_.paced) {
      changed_.wait_for(lock, chrono_of(settings_.patience));
    } else {
      pass_time(lock, static_cast<std::int64_t>(most));
    }
  }
}

}  // namespace meterrig::iio_server
