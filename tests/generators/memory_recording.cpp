// SPDX-License-Identifier: GPL-3.0-or-later
#include "memory_recording.h"

#include <algorithm>
#include <utility>

namespace meterrig::test {

MemoryRecording::MemoryRecording(std::vector<RecordedChannel> channels, Rational rate,
                                 std::int64_t count,
                                 const std::function<double(std::size_t, std::int64_t)>& value) {
  description_.format = "memory";
  description_.segments.push_back({.first = 0, .count = count, .rate = rate, .start = 0});
  for (std::size_t c = 0; c < channels.size(); ++c) {
    auto& row = rows.emplace_back();
    for (std::int64_t n = 0; n < count; ++n) row.push_back(value(c, n));
  }
  description_.channels = std::move(channels);
}

Result<void> MemoryRecording::read(std::int64_t first, std::size_t count, ScanBlock& block) {
  ++reads;
  const auto end = first + static_cast<std::int64_t>(count);
  if (first < 0 || end > description_.count())
    return fail(ErrorCode::out_of_range, "scans that the recording does not have");
  block.resize(rows.size(), count);
  block.first = first;
  for (std::size_t c = 0; c < rows.size(); ++c)
    std::copy(rows[c].begin() + first, rows[c].begin() + end, block.row(c).begin());
  return {};
}

}  // namespace meterrig::test
