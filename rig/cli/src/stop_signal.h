// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <thread>

namespace meterrig::cli {

/// SIGINT, SIGTERM and SIGHUP as a flag. Made first in main(), before any thread, so that every
/// thread leaves these signals to its own.
class StopSignal {
 public:
  StopSignal();
  ~StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  [[nodiscard]] const std::atomic<bool>& flag() const { return flag_; }

 private:
  std::atomic<bool> flag_ = false;
  std::jthread waiter_;
};

}  // namespace meterrig::cli
