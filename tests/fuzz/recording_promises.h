// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "meterrig/vocabulary/recording.h"

namespace meterrig::test {

inline void require(bool condition) {
  if (!condition) std::abort();
}

/// What recording.h promises of any recording that could be opened: a first and a second reading
/// agree to the bit, and what lies beyond its ends is out of range.
inline void require_promises(Recording& recording) {
  const RecordingDescription description = recording.description();
  require(!description.channels.empty() && !description.segments.empty());
  std::int64_t next = 0;
  for (const RecordedSegment& segment : description.segments) {
    require(segment.first == next && segment.count >= 0 && std::isfinite(segment.start));
    require(segment.rate.numerator > 0 && segment.rate.denominator > 0);
    next += segment.count;
  }
  constexpr std::int64_t most = 20000;  // scans and values that are looked at
  const auto width = static_cast<std::int64_t>(description.channels.size());
  const auto count = static_cast<std::size_t>(
      std::clamp<std::int64_t>(most / width, 1, std::max<std::int64_t>(1, description.count())));
  ScanBlock block;
  ScanBlock again;
  const std::int64_t last = description.count() - static_cast<std::int64_t>(count);
  for (const std::int64_t first : {std::int64_t{0}, last / 2, last}) {
    if (description.count() == 0) break;
    const auto read = recording.read(first, count, block);
    if (!read) {
      require(!read.error().message.empty());
      continue;
    }
    require(block.first == first && block.count() == count &&
            block.channels() == description.channels.size());
    require(recording.read(first, count, again).has_value());
    for (std::size_t c = 0; c < block.channels(); ++c)
      require(std::memcmp(block.row(c).data(), again.row(c).data(), count * sizeof(double)) == 0);
  }
  const auto beyond = recording.read(description.count(), 1, block);
  require(!beyond && beyond.error().code == ErrorCode::out_of_range);
  require(!recording.read(-1, 1, block));
  require(recording.warnings().size() < 100);
}

}  // namespace meterrig::test
