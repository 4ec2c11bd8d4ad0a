// SPDX-License-Identifier: GPL-3.0-or-later
#include "read_range.h"

#include <fmt/format.h>

namespace meterrig::playback {

Result<void> check_range(const RecordingDescription& description, std::int64_t first,
                         std::size_t count) {
  const std::int64_t total = description.count();
  if (first >= 0 && first <= total && count <= static_cast<std::size_t>(total - first)) return {};
  return fail(ErrorCode::out_of_range,
              fmt::format("{}: {} scans from scan {} on; expected scans within 0 to {}",
                          description.file, count, first, total));
}

}  // namespace meterrig::playback
