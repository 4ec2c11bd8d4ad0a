// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "meterrig/rpc/tls.h"
#include "meterrig/vocabulary/meter.h"
#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/result.h"
#include "meterrig/vocabulary/roles.h"
#include "meterrig/vocabulary/terminals.h"

namespace meterrig::rpc {

/// The rig's end of a device that serves dut.proto. Every call has the same deadline.
///
/// A call of terminals() that missed it may still take effect on the device, whose state is then
/// unknown. Samples are sent in messages of at most 768 KiB; after an error some of them may have
/// been taken. Advancing takes a device the longer the further it is (the simulated ones some
/// seconds for an hour): choose the timeout accordingly.
class Connection {
 public:
  /// `address` is "unix:PATH" or "HOST:PORT"; without TLS, of this host only. Errors:
  /// invalid_argument (not an address; a timeout not above 0 or beyond a day; files that are no
  /// certificate or key), not_found (a file), permission_denied (another host without TLS; a
  /// certificate that is refused, with the reason), unavailable when nobody answers in time.
  [[nodiscard]] static Result<Connection> open(const std::string& address,
                                               const std::optional<ClientTls>& tls,
                                               Duration timeout);

  /// The two sides. Each may outlive the connection object.
  [[nodiscard]] std::unique_ptr<Terminals> terminals() const;
  [[nodiscard]] std::unique_ptr<Meter> meter() const;
  /// Edges from now on. Errors: those of a call.
  [[nodiscard]] Result<std::unique_ptr<PulseInput>> watch_pulses() const;

 private:
  class Channel;
  explicit Connection(std::shared_ptr<Channel> channel);
  std::shared_ptr<Channel> channel_;
};

}  // namespace meterrig::rpc
