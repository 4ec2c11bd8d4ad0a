// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "meterrig/ports/serial_settings.h"
#include "meterrig/vocabulary/meter.h"
#include "meterrig/vocabulary/result.h"
#include "meterrig/vocabulary/terminals.h"

namespace meterrig::inject {

/// Serves the sides of a device by the receiver for firmware (dut/inject/firmware), on a thread of
/// its own, until destroyed. Terminals that take volts and amperes are given those of the codes.
class Server {
 public:
  virtual ~Server() = default;
  /// TCP port that it listens on; 0 on a line.
  [[nodiscard]] virtual int port() const = 0;
};

/// On the far end of a pseudo-terminal or an open port, whose descriptor becomes non-blocking and
/// must stay open as long as the server. `pacing` gives every byte the time that a UART of these
/// settings takes. `sides` must outlive the server, have terminals that were just switched on, and
/// are used by it alone. `converter` is what the device tells of; that of the terminals counts
/// where they have one. Errors: invalid_argument (no terminals, a converter that cannot be),
/// failed_precondition (time has passed at the terminals), those of the sides, unavailable (no
/// thread, no descriptor).
[[nodiscard]] Result<std::unique_ptr<Server>> serve_line(
    int line_fd, const std::optional<ports::SerialSettings>& pacing, const Sides& sides,
    const Converter& converter);

/// On a loopback address "127.0.0.1:PORT" or "[::1]:PORT", port 0 for any free one, to one rig at a
/// time: who connects takes over. Errors: those of serve_line(), permission_denied (not loopback:
/// the frames have no authentication), already_exists (port taken).
[[nodiscard]] Result<std::unique_ptr<Server>> serve_tcp(const std::string& address,
                                                        const Sides& sides,
                                                        const Converter& converter);

}  // namespace meterrig::inject
