// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "meterrig/ports/file_descriptor.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::ports {

/// A TCP socket that waits for peers of this machine alone: what is served on it asks nobody who he
/// is.
class LoopbackListener {
 public:
  /// Listens at `address`: 127.0.0.1, localhost or [::1], with a port, where 0 takes a free one.
  /// `service` is what an error calls what is to be served, such as "Modbus".
  /// Errors: invalid_argument (no address), permission_denied (not loopback), already_exists (the
  /// port is taken), unavailable.
  [[nodiscard]] static Result<LoopbackListener> open(const std::string& address,
                                                     std::string_view service, int backlog);

  [[nodiscard]] int port() const { return port_; }
  /// Readable when a peer waits.
  [[nodiscard]] int descriptor() const { return socket_.get(); }
  /// The peer that waits, its bytes sent without delay; none when it has gone already.
  [[nodiscard]] FileDescriptor accept() const;

 private:
  FileDescriptor socket_;
  int port_ = 0;
};

}  // namespace meterrig::ports
