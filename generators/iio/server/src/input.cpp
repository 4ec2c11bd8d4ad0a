// SPDX-License-Identifier: GPL-3.0-or-later
#include "input.h"

#include <algorithm>
#include <utility>

namespace meterrig::iio_server {

void Input::open(std::uint64_t owner, std::vector<bool> enabled, std::size_t frame_size,
                 std::size_t capacity) {
  owner_ = owner;
  enabled_ = std::move(enabled);
  frame_size_ = frame_size;
  capacity_ = capacity;
  bytes_.clear();
  taken_ = 0;
  came_ = lost_ = 0;
}

void Input::close() {
  owner_.reset();
  std::fill(enabled_.begin(), enabled_.end(), false);
  bytes_.clear();
  taken_ = 0;
}

void Input::lose(std::int64_t after, std::int64_t count) {
  lose_from_ = after;
  lose_count_ = count;
}

void Input::put(std::span<const std::uint8_t> frames) {
  for (; !frames.empty(); frames = frames.subspan(frame_size_), ++came_) {
    const bool doomed = came_ >= lose_from_ && came_ - lose_from_ < lose_count_;
    if (doomed || held() >= capacity_) {
      ++lost_;
      continue;
    }
    const auto frame = frames.first(frame_size_);
    bytes_.insert(bytes_.end(), frame.begin(), frame.end());
  }
}

std::vector<std::uint8_t> Input::take(std::size_t most) {
  const std::size_t count = std::min(most, held()) * frame_size_;
  const auto from = bytes_.begin() + static_cast<std::ptrdiff_t>(taken_);
  std::vector<std::uint8_t> out(from, from + static_cast<std::ptrdiff_t>(count));
  taken_ += count;
  if (taken_ >= bytes_.size() / 2) {
    bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(taken_));
    taken_ = 0;
  }
  return out;
}

}  // namespace meterrig::iio_server
