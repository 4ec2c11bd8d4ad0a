// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <span>
#include <vector>

#include "meterrig/vocabulary/recording.h"

namespace meterrig::playback {

/// Scans of some channels of one segment of a recording, as they are asked for: a few pieces are
/// kept, so that a short recording is read once and a long one in constant memory.
class ScanStore {
 public:
  /// Scans [first, first + count) of these channels, one row each in their order.
  ScanStore(std::shared_ptr<Recording> recording, std::vector<std::size_t> channels,
            std::int64_t first, std::int64_t count);

  /// Fills `rows` with scans [begin, begin + count of a row), numbers of the recording. A scan
  /// beyond the ends counts as the first or last one, a missing value as the last one before it in
  /// the segment's piece (0 before any). Errors: those of reading the recording.
  [[nodiscard]] Result<void> fetch(std::int64_t begin, std::vector<std::vector<double>>& rows);

 private:
  struct Piece {
    std::int64_t number = 0;
    std::vector<std::vector<double>> rows;
  };
  [[nodiscard]] Result<const Piece*> piece(std::int64_t number);

  std::shared_ptr<Recording> recording_;
  std::vector<std::size_t> channels_;
  std::int64_t first_ = 0;
  std::int64_t count_ = 0;
  std::list<Piece> pieces_;  // the one used last in front
  ScanBlock block_;
};

}  // namespace meterrig::playback
