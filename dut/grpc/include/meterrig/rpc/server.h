// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "meterrig/rpc/tls.h"
#include "meterrig/vocabulary/meter.h"
#include "meterrig/vocabulary/result.h"
#include "meterrig/vocabulary/roles.h"
#include "meterrig/vocabulary/terminals.h"

namespace meterrig::rpc {

/// Serves a device (dut.proto, health, reflection) until destroyed, which waits for calls under
/// way.
class Server {
 public:
  virtual ~Server() = default;
  /// Where a client reaches it, the port that was chosen included.
  [[nodiscard]] virtual const std::string& address() const = 0;
  /// Tells those who watch of edges that came by themselves, of a device without terminals. Those
  /// of advance() are told without it.
  virtual void publish(std::span<const Pulse> pulses) = 0;
};

/// Serves both sides, which must outlive the server, one call at a time. `address` is "unix:PATH"
/// or "HOST:PORT", port 0 for any free one; without TLS only of this host: a unix socket,
/// 127.0.0.1,
/// [::1] or localhost. A unix socket is for its owner only; one that a dead server left behind is
/// replaced. Errors: permission_denied (another host without TLS), invalid_argument (not an
/// address; files that are no certificate or key), not_found (a file), already_exists (somebody
/// serves there, or the path is another kind of file), unavailable (cannot listen).
[[nodiscard]] Result<std::unique_ptr<Server>> serve(const std::string& address, Sides sides,
                                                    const std::optional<ServerTls>& tls = {});

}  // namespace meterrig::rpc
