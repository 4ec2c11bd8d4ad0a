// SPDX-License-Identifier: GPL-3.0-or-later
#include "block_reader.h"

#include <algorithm>
#include <utility>

namespace meterrig::record {
namespace {

// Large enough that calls cost nothing, small enough that what a block holds stays in the cache.
constexpr std::size_t samples_per_block = std::size_t{1} << 15;
constexpr std::size_t least_scans = 512;

}  // namespace

BlockReader::BlockReader(Recording& recording, std::int64_t first, std::int64_t count)
    : recording_(recording),
      thread_([this, first, count](const std::stop_token& stop) { read_all(stop, first, count); }) {
}

BlockReader::~BlockReader() = default;

void BlockReader::read_all(const std::stop_token& stop, std::int64_t first, std::int64_t count) {
  const RecordingDescription& description = recording_.description();
  const auto largest = static_cast<std::int64_t>(std::max(
      least_scans, samples_per_block / std::max<std::size_t>(1, description.channels.size())));
  const std::int64_t end = first + count;
  auto segment = description.segments.begin();
  while (first < end) {
    while (first >= segment->first + segment->count) ++segment;
    const std::int64_t size =
        std::min({largest, end - first, segment->first + segment->count - first});
    ScanBlock* block = nullptr;
    {
      std::unique_lock lock(mutex_);
      if (!changed_.wait(lock, stop, [this] { return filled_ - used_ < places; })) return;
      block = &blocks_.at(filled_ % places);
    }
    const auto read = recording_.read(first, static_cast<std::size_t>(size), *block);
    const std::lock_guard lock(mutex_);
    if (!read) {
      error_ = read.error();
      break;
    }
    ++filled_;
    changed_.notify_all();
    first += size;
  }
  const std::lock_guard lock(mutex_);
  ended_ = true;
  changed_.notify_all();
}

Result<const ScanBlock*> BlockReader::next() {
  std::unique_lock lock(mutex_);
  if (holding_) {
    ++used_;
    holding_ = false;
    changed_.notify_all();
  }
  changed_.wait(lock, [this] { return filled_ > used_ || ended_; });
  if (filled_ > used_) {
    holding_ = true;
    return &blocks_.at(used_ % places);
  }
  if (error_) return tl::unexpected(*error_);
  return nullptr;
}

}  // namespace meterrig::record
