// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>

#include "meterrig/ports/serial_settings.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::ports {

/// An open serial line, raw, for this process alone. Closes and gives it up when destroyed.
class SerialPort {
 public:
  virtual ~SerialPort() = default;
  /// For read, write, poll and libmodbus; stays owned by the port.
  [[nodiscard]] virtual int descriptor() const = 0;
  /// As it was asked for, for messages.
  [[nodiscard]] virtual const std::string& path() const = 0;
  [[nodiscard]] virtual const SerialSettings& settings() const = 0;
};

/// Opens a port, a symlink to one (such as /dev/serial/by-id/...) or a pseudo-terminal, takes it
/// for this process (flock), sets it, reads the settings back and drops what waits in its input. A
/// real port goes through libserialport, a pseudo-terminal (/dev/pts/ once resolved) through
/// termios; that has no baud rate or parity of its own, so there they only count for the timing
/// (PacedRelay). Errors: not_found (no such port), permission_denied, failed_precondition (busy),
/// invalid_argument (no serial port, or a setting it cannot do), unavailable (its hardware is
/// gone).
[[nodiscard]] Result<std::unique_ptr<SerialPort>> open_serial_port(const std::string& path,
                                                                   const SerialSettings& settings);

}  // namespace meterrig::ports
