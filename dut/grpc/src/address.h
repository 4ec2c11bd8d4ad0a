// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "meterrig/vocabulary/result.h"

namespace meterrig::rpc {

/// An address that may be served or called.
struct Address {
  std::string path;  ///< of the unix socket; empty for TCP
  std::string host;  ///< "127.0.0.1", "[::1]" or, with TLS, any other
  int port = 0;
  std::string name;  ///< as which a certificate knows it: "localhost" for a unix socket

  [[nodiscard]] bool is_unix() const { return !path.empty(); }
};

/// Errors: invalid_argument (no address), permission_denied (another host without TLS).
[[nodiscard]] Result<Address> parse_address(const std::string& text, bool tls);

/// As gRPC and people write it.
[[nodiscard]] std::string to_string(const Address& address);

/// Makes way for a new unix socket: removes one that nobody listens on any more. Errors:
/// already_exists (somebody listens, or the path is another kind of file), permission_denied,
/// unavailable (the system gives no socket to find out with).
[[nodiscard]] Result<void> remove_stale_socket(const std::string& path);

}  // namespace meterrig::rpc
