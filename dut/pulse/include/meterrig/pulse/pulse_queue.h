// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <vector>

#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/result.h"
#include "meterrig/vocabulary/roles.h"

namespace meterrig::pulse {

/// Edges between the thread that finds them and the one that takes them. Any thread may call.
class PulseQueue {
 public:
  void put(Pulse pulse);
  /// No more edges come, for this reason. The first reason counts.
  void end(Error reason);
  /// Waits for an edge for so long, and gives all that came since the last call. Errors: the reason
  /// of the end, once every edge before it was taken.
  [[nodiscard]] Result<std::vector<Pulse>> take(Duration patience);

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Pulse> pulses_;
  std::optional<Error> end_;
};

}  // namespace meterrig::pulse
