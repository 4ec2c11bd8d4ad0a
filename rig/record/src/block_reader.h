// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <thread>

#include "meterrig/vocabulary/recording.h"

namespace meterrig::record {

/// Reads a range of scans block by block, ahead of who uses them, in a thread of its own. No block
/// reaches over the border of a segment. While it lives nobody else may use the recording.
class BlockReader {
 public:
  BlockReader(Recording& recording, std::int64_t first, std::int64_t count);
  BlockReader(const BlockReader&) = delete;
  BlockReader& operator=(const BlockReader&) = delete;
  ~BlockReader();

  /// The next block, valid until the next call; null at the end. Errors of Recording::read().
  [[nodiscard]] Result<const ScanBlock*> next();

 private:
  void read_all(const std::stop_token& stop, std::int64_t first, std::int64_t count);

  static constexpr std::size_t places = 4;
  Recording& recording_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::array<ScanBlock, places> blocks_;
  std::size_t filled_ = 0;  // blocks ever read, guarded by mutex_ as all below
  std::size_t used_ = 0;    // blocks ever given back
  bool holding_ = false;    // the user has block used_
  bool ended_ = false;
  std::optional<Error> error_;
  std::jthread thread_;  // last: it uses what stands above
};

}  // namespace meterrig::record
