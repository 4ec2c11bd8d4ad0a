// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <memory>

#include "meterrig/ports/serial_settings.h"
#include "meterrig/ports/worker.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::ports {

/// Gives a pseudo-terminal or socket pair the timing of a UART: relays bytes between two
/// descriptors, each way no faster than the line would carry them. A byte comes out one
/// character_time() after it came in, or after the byte before it came out. Deadlines are absolute,
/// so it does not drift. Bytes for a side whose buffer is full are lost, as on a line where nobody
/// listens. It runs on a thread of its own until stopped, destroyed, or one side hangs up.
class PacedRelay {
 public:
  /// The descriptors stay the caller's, must stay open until the relay is stopped, become
  /// non-blocking and must not be used otherwise meanwhile. Errors: invalid_argument (settings),
  /// unavailable (a descriptor that is not open, no thread).
  [[nodiscard]] static Result<std::unique_ptr<PacedRelay>> start(int line_fd, int device_fd,
                                                                 SerialSettings settings);

  /// Ends it and waits for its thread; bytes under way are lost. Again is harmless.
  void stop() { worker_.stop(); }
  /// False once it was stopped or a side hung up.
  [[nodiscard]] bool running() const { return running_; }

 private:
  PacedRelay() = default;
  void run(int line_fd, int device_fd, SerialSettings settings);
  std::atomic<bool> running_ = true;
  Worker worker_;  // last: it uses the others
};

}  // namespace meterrig::ports
