// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <memory>

#include "meterrig/ports/file_descriptor.h"
#include "meterrig/safety/output.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::safety {

/// The controller at the other end of a connected socket, for a source process that does something
/// else as well. For one thread.
class OutputService {
 public:
  /// Time passes for the output twice in each `tick`, as long as serve() is called as often.
  OutputService(ports::FileDescriptor controller, Output& output, Duration tick);
  OutputService(const OutputService&) = delete;
  OutputService& operator=(const OutputService&) = delete;
  ~OutputService();

  /// Answers requests for so long, and whatever waits then; lets time pass. Error: the controller
  /// has gone or says something that is no request; the output is as it was.
  [[nodiscard]] Result<void> serve(Duration length);

 private:
  class State;
  std::unique_ptr<State> state_;
};

/// The loop of a source process: answers the controller at the other end of a connected socket, and
/// lets the output's time pass, twice in each `tick`, so that it acts within one even when it is
/// not scheduled at once. Returns with the output off when the controller has gone, says something
/// that is no request, or `stop` is set (by a signal). Error: that of switching off.
[[nodiscard]] Result<void> serve_output(ports::FileDescriptor controller, Output& output,
                                        Duration tick, const std::atomic<bool>& stop);

}  // namespace meterrig::safety
