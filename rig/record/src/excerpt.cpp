// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/record/excerpt.h"

#include <algorithm>
#include <cmath>

namespace meterrig::record {

Result<Excerpt> read_excerpt(Recording& recording, const Measurement& measurement) {
  constexpr double cycles = 5;
  constexpr double most_samples = 8e6;
  const auto& segments = measurement.segments;
  auto chosen = std::ranges::find_if(
      segments, [](const SegmentMeasurement& part) { return part.reason.empty(); });
  if (chosen == segments.end()) chosen = segments.begin();
  double from = chosen->start;
  bool event = false;
  for (auto part = segments.begin(); part != segments.end() && !event; ++part) {
    if (part->reading.events.empty() || !part->reason.empty()) continue;
    chosen = part;
    from = part->reading.events.front().start;
    event = true;
  }
  double frequency = chosen->reading.frequency;
  if (!(frequency > 0)) frequency = measurement.recording.nominal_frequency.value_or(50);
  if (!(frequency > 0)) frequency = 50;
  if (event) from -= 1 / frequency;
  const double rate = chosen->rate.value();
  const double room = std::floor(most_samples / static_cast<double>(std::max<std::size_t>(
                                                    1, measurement.recording.channels.size())));
  const double wanted = std::clamp(std::ceil(cycles / frequency * rate) + 1, 2.0, room);
  const auto count = std::min(chosen->count, static_cast<std::int64_t>(wanted));
  const auto skip = std::clamp(static_cast<std::int64_t>(std::floor((from - chosen->start) * rate)),
                               std::int64_t{0}, chosen->count - count);
  Excerpt excerpt;
  excerpt.segment = static_cast<std::size_t>(chosen - segments.begin());
  excerpt.start = chosen->start + static_cast<double>(skip) / rate;
  excerpt.rate = chosen->rate;
  if (const auto read =
          recording.read(chosen->first + skip, static_cast<std::size_t>(count), excerpt.scans);
      !read)
    return tl::unexpected(read.error());
  return excerpt;
}

}  // namespace meterrig::record
