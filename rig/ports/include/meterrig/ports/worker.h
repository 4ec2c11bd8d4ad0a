// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <thread>

#include "meterrig/ports/file_descriptor.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::ports {

/// A thread that waits on descriptors, and the event that ends it. In the thread SIGPIPE is
/// blocked: writing to a peer that has gone fails there, and does not end the process.
class Worker {
 public:
  Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  ~Worker() { stop(); }

  /// Runs `body`, which returns soon after stop_descriptor() becomes readable. To be called once.
  /// Errors: unavailable (no event descriptor, no thread).
  [[nodiscard]] Result<void> start(std::function<void()> body);
  /// Ends the thread and waits for it. Again is harmless.
  void stop();
  /// Readable once the worker shall stop.
  [[nodiscard]] int stop_descriptor() const { return stop_.get(); }

 private:
  FileDescriptor stop_;
  std::thread thread_;
};

}  // namespace meterrig::ports
