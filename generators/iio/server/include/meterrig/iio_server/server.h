// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "meterrig/iio_server/virtual_bench.h"
#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::iio_server {

/// What shall go wrong, for tests of clients. Operations are the commands of all connections, from
/// 0.
struct Fault {
  enum class Kind : std::uint8_t {
    none,
    drop,        ///< the connection is closed in place of an answer
    drop_after,  ///< the command is carried out and the connection closed after half the answer
    late,        ///< the answer comes after `delay`
    garbage,     ///< bytes that are no answer
    all_gone,    ///< every connection is closed, and nobody is let in any more
  };
  Kind kind = Kind::none;
  std::int64_t operation = 0;
  Duration delay = second(0);
};

/// Serves a bench by the IIOD protocol of libiio 0.24 over TCP, text form, to any number of
/// clients: a thread for each connection. A connection that ends closes its buffers, so their
/// outputs go to what the bench has for that.
class Server {
 public:
  virtual ~Server() = default;
  /// TCP port that it listens on: clients reach it as ip:127.0.0.1:PORT.
  [[nodiscard]] virtual int port() const = 0;
  /// Operations are counted from 0 again.
  virtual void set_fault(const Fault& fault) = 0;
  /// Commands since the last set_fault().
  [[nodiscard]] virtual std::int64_t operations() const = 0;
};

/// On a loopback address "127.0.0.1:PORT" or "[::1]:PORT", port 0 for any free one. The bench must
/// outlive the server, and waits no more once the server is gone. Errors: permission_denied (not
/// loopback: the protocol has no authentication), already_exists (port taken), unavailable.
[[nodiscard]] Result<std::unique_ptr<Server>> serve(const std::string& address,
                                                    VirtualBench& bench);

}  // namespace meterrig::iio_server
