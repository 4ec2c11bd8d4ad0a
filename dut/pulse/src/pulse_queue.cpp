// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/pulse/pulse_queue.h"

#include <chrono>
#include <utility>

namespace meterrig::pulse {

void PulseQueue::put(Pulse pulse) {
  {
    const std::scoped_lock lock(mutex_);
    pulses_.push_back(std::move(pulse));
  }
  changed_.notify_all();
}

void PulseQueue::end(Error reason) {
  {
    const std::scoped_lock lock(mutex_);
    if (!end_) end_ = std::move(reason);
  }
  changed_.notify_all();
}

Result<std::vector<Pulse>> PulseQueue::take(Duration patience) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, std::chrono::duration<double>(patience.in(second)),
                    [this] { return !pulses_.empty() || end_.has_value(); });
  if (pulses_.empty() && end_) return tl::unexpected(*end_);
  return std::exchange(pulses_, {});
}

}  // namespace meterrig::pulse
