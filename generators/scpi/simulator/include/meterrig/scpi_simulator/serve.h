// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "meterrig/ports/serial_settings.h"
#include "meterrig/scpi_simulator/faults.h"
#include "meterrig/scpi_simulator/served_instrument.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::scpi::simulator {

/// A simulated instrument on a line, on a thread of its own until it is destroyed.
class Server {
 public:
  virtual ~Server() = default;
  /// The TCP port; 0 on a serial line.
  [[nodiscard]] virtual int port() const = 0;
};

/// On a loopback address such as "127.0.0.1:0". The newest peer is the one that is served. Errors:
/// those of LoopbackListener. `faults` may be null.
[[nodiscard]] Result<std::unique_ptr<Server>> serve_tcp(
    const std::string& address, std::shared_ptr<ServedInstrument> instrument,
    std::shared_ptr<Faults> faults);

/// On the far end of a serial line, such as PseudoTerminal::descriptor(), which stays the caller's
/// and outlives the server; with `pacing`, no faster than such a line. A fault of sort disconnect
/// is a lost line of text here. Errors: unavailable.
[[nodiscard]] Result<std::unique_ptr<Server>> serve_line(
    int line_fd, const std::optional<ports::SerialSettings>& pacing,
    std::shared_ptr<ServedInstrument> instrument, std::shared_ptr<Faults> faults);

}  // namespace meterrig::scpi::simulator
