// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>

#include "meterrig/ports/serial_settings.h"
#include "meterrig/twin/register_file.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::twin {

/// Serves a register file over Modbus, on a thread of its own, until destroyed. Function codes 3
/// and 4 read; every other one is refused with exception 1, for the simulated meter has nothing
/// that can be set over its bus. No answer to a frame with a wrong check sum or for another unit.
class ModbusSlave {
 public:
  virtual ~ModbusSlave() = default;
  /// TCP port that it listens on; 0 on a serial line.
  [[nodiscard]] virtual int port() const = 0;
};

/// RTU on a serial line: the far end of a pseudo-terminal or an open port, whose descriptor must
/// stay open as long as the slave. Every byte takes the time that a UART of these settings takes.
/// Errors: invalid_argument (unit outside 1..247, settings), unavailable (no thread, no sockets).
[[nodiscard]] Result<std::unique_ptr<ModbusSlave>> serve_line(int line_fd,
                                                              ports::SerialSettings settings,
                                                              int unit,
                                                              const RegisterFile& registers);

/// TCP on a loopback address "127.0.0.1:PORT" or "[::1]:PORT", port 0 for any free one, to up to
/// eight masters at a time. Answers to unit identifiers `unit`, 0 and 255. Errors:
/// permission_denied (not loopback: Modbus has no authentication), invalid_argument, already_exists
/// (port taken), unavailable.
[[nodiscard]] Result<std::unique_ptr<ModbusSlave>> serve_tcp(const std::string& address, int unit,
                                                             const RegisterFile& registers);

}  // namespace meterrig::twin
