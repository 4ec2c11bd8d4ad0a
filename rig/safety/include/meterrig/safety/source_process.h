// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "meterrig/ports/file_descriptor.h"
#include "meterrig/safety/limits.h"
#include "meterrig/v1/safety.pb.h"
#include "meterrig/vocabulary/instruments.h"
#include "meterrig/vocabulary/operating_point.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::safety {

/// The controller's end of a source process, which it starts. It is a session of its own, so that
/// what a terminal sends to the controller (Ctrl-C, hanging up) does not reach it: the controller
/// going away does. Errors of every call: unavailable and deadline_exceeded when the process does
/// not answer, and what the output said.
class SourceProcess {
 public:
  /// Starts a program with its arguments; descriptor 3 is its end of the socket. Errors:
  /// unavailable (no process), not_found (no such program).
  [[nodiscard]] static Result<SourceProcess> start(const std::vector<std::string>& command,
                                                   Duration patience);
  SourceProcess(SourceProcess&&) noexcept;
  SourceProcess& operator=(SourceProcess&&) noexcept;
  /// Switches off, hangs up, and waits until the process has ended, or for the patience.
  ~SourceProcess();

  [[nodiscard]] Result<void> narrow(const Limits& limits);
  [[nodiscard]] Result<void> energise(const OperatingPoint& point);
  /// To be called as the control loop gets on, and only then.
  [[nodiscard]] Result<void> renew();
  [[nodiscard]] Result<void> off(std::string_view reason);
  [[nodiscard]] Result<v1::OutputStatus> status();
  [[nodiscard]] Result<InstrumentIdentity> identify();
  [[nodiscard]] Result<void> acknowledge(std::string_view interlock, std::string_view person);
  [[nodiscard]] Result<void> set_interlock(std::string_view interlock, bool safe);

  /// Waits, for the patience, until the process has ended by itself: its exit status, or 128 and
  /// the signal. Error: deadline_exceeded.
  [[nodiscard]] Result<int> wait();

  [[nodiscard]] pid_t pid() const;
  /// Where the program finds its end of the socket.
  static constexpr int socket_in_process = 3;

 private:
  class State;
  explicit SourceProcess(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace meterrig::safety
