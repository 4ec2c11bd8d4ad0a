// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <vector>

#include "meterrig/vocabulary/recording.h"

namespace meterrig::test {

/// A recording whose samples are in memory.
class MemoryRecording final : public Recording {
 public:
  /// One segment; value(channel, scan) gives the samples, in V or A.
  MemoryRecording(std::vector<RecordedChannel> channels, Rational rate, std::int64_t count,
                  const std::function<double(std::size_t, std::int64_t)>& value);

  [[nodiscard]] const RecordingDescription& description() const override { return description_; }
  [[nodiscard]] std::vector<std::string> warnings() const override { return {}; }
  [[nodiscard]] Result<void> read(std::int64_t first, std::size_t count, ScanBlock& block) override;

  RecordingDescription description_;
  std::vector<std::vector<double>> rows;
  int reads = 0;
};

}  // namespace meterrig::test
