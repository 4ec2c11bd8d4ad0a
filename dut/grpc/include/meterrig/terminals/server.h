// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>

#include "meterrig/terminals/handler.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::terminals {

/// Serves a device's terminals (dut.proto) until destroyed, which waits for calls under way.
class Server {
 public:
  virtual ~Server() = default;
  /// Where a client reaches it, the port that was chosen included.
  [[nodiscard]] virtual const std::string& address() const = 0;
};

/// Serves `handler`, which must outlive the server, one call at a time. `address` is "unix:PATH" or
/// a loopback address with a port: "127.0.0.1:PORT", "[::1]:PORT" or "localhost:PORT", port 0 for
/// any free one. There is no authentication, hence nothing but this host is listened to. A unix
/// socket is for its owner only; one that a dead server left behind is replaced. Errors:
/// permission_denied (any other address), invalid_argument (not an address), already_exists
/// (somebody serves there, or the path is another kind of file), unavailable (cannot listen).
[[nodiscard]] Result<std::unique_ptr<Server>> serve(const std::string& address, Handler& handler);

}  // namespace meterrig::terminals
