// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "meterrig/ports/clock.h"
#include "meterrig/rpc/tls.h"
#include "meterrig/twin/twin.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::twin {

/// A simulated device for this process alone, as the factory sets its line. Errors:
/// invalid_argument for wrong files, with all their findings.
[[nodiscard]] Result<std::unique_ptr<Twin>> load_device(const std::string& device_profile_path,
                                                        const std::string& twin_path);

/// Where a simulated device is to be reached. At least one of serial, tcp, terminals, grpc, inject
/// and inject_tcp; of the last four, one.
struct ServeOptions {
  std::string device_profile_path;
  std::string twin_path;
  std::string serial;     ///< a port; "pty" or "pty:LINK" makes a pseudo-terminal, and a link to it
  int baud = 0;           ///< 0 for the factory's
  int unit = 0;           ///< 0 for the factory's
  std::string tcp;        ///< Modbus TCP, such as "127.0.0.1:1502"
  std::string terminals;  ///< such as "unix:/run/x96.sock"; then time moves by its grants alone
  std::string grpc;       ///< the same, on any address that TLS allows
  std::optional<rpc::ServerTls> grpc_tls;
  std::string inject;   ///< serial injection: a port, "pty" or "pty:LINK"; time as with terminals
  int inject_baud = 0;  ///< 0 for 115200, and for a pseudo-terminal as fast as it goes
  std::string inject_tcp;      ///< the same on TCP, such as "127.0.0.1:5050"
  std::string apply_scenario;  ///< a scenario file to live through by the wall clock
};

/// A simulated device that is served.
class Service {
 public:
  /// `clock` must outlive the service. Errors: invalid_argument (wrong files, with all their
  /// findings; more than one of terminals, grpc, injection and a scenario (with which grpc has no
  /// terminals); TLS without grpc; a baud rate or unit that the device lacks; nothing to serve),
  /// and those of the port, the addresses and the sockets.
  [[nodiscard]] static Result<std::unique_ptr<Service>> start(const ServeOptions& options,
                                                              ports::Clock& clock);
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;
  ~Service();

  /// Who it is and where it can be reached, a line each.
  [[nodiscard]] std::string description() const;
  /// With a scenario, brings the device's time up to the clock's; otherwise does nothing. To be
  /// called a few times a second.
  [[nodiscard]] Result<void> step_wall_clock();

 private:
  class State;
  explicit Service(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace meterrig::twin
