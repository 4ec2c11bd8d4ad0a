// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "answer.h"
#include "meterrig/ports/serial_port.h"
#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/result.h"
#include "request.h"

struct _modbus;  // NOLINT(bugprone-reserved-identifier): libmodbus names it so

namespace meterrig::modbus {

/// What came of waiting on the line.
enum class Heard { nothing, something, hang_up };

/// What came of receiving a frame.
enum class Received { frame, nothing, too_long, hang_up };

/// A line with libmodbus on it: sends a request, receives one frame, listens to noise.
class Connection {
 public:
  static Result<Connection> over_serial(std::unique_ptr<ports::SerialPort> port, int unit,
                                        Duration answer_timeout);
  static Result<Connection> over_tcp(const std::string& host, int port, Duration answer_timeout);

  /// For messages: the port with its settings, or the host with its port.
  [[nodiscard]] const std::string& name() const { return name_; }
  /// True when an answer names its request.
  [[nodiscard]] bool has_transactions() const { return port_ == nullptr; }
  /// Silence that must come before a request: 3.5 characters, at least 1.75 ms (Modbus over serial
  /// line 2.5.1.1); none on TCP.
  [[nodiscard]] Duration silence() const { return silence_; }

  /// False when the line takes no bytes any more.
  bool send(const Request& request);
  /// The next frame, judged as answer to the request.
  Received receive(const Request& request, Answer& answer);
  /// Waits up to `duration` for something to come in and discards it up to a pause.
  Heard listen(Duration duration);
  /// Discards what follows without a pause: the rest of a damaged frame.
  Heard discard_rest();

 private:
  Connection() = default;
  Result<void> set_timeouts(Duration until_answer, Duration inside_answer);
  [[nodiscard]] int descriptor() const;

  std::string name_;
  std::unique_ptr<ports::SerialPort> port_;  // null for TCP; outlives context_
  std::unique_ptr<_modbus, void (*)(_modbus*)> context_{nullptr, nullptr};
  Duration silence_;
};

}  // namespace meterrig::modbus
