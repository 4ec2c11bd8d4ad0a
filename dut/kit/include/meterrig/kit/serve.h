// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "meterrig/kit/core.h"
#include "meterrig/kit/device.h"
#include "meterrig/rpc/server.h"
#include "meterrig/rpc/tls.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::kit {

/// A core that is served as a device; ends the service when destroyed.
struct ServedDevice {
  std::unique_ptr<Device> device;
  std::unique_ptr<rpc::Server> server;  ///< knows the address; goes before the device
};

/// Serves a core, which must outlive the service. Errors: those of Device::create() and
/// rpc::serve().
[[nodiscard]] Result<ServedDevice> serve(const std::string& address, Core& core,
                                         const std::optional<rpc::ServerTls>& tls = {});

/// Takes an option and its value out of a command line: "--name VALUE" or "--name=VALUE"; nothing
/// when it is not there. Error: invalid_argument for one without a value.
[[nodiscard]] Result<std::optional<std::string>> take_option(std::vector<std::string>& arguments,
                                                             std::string_view name);

/// The rest of such a program: serves the core as its command line says (--help lists it), says
/// where and "ready", and ends with SIGTERM, SIGINT or SIGHUP. To be called before any thread is
/// started. `arguments` are without the program's name and what take_option() took; `more_help` is
/// a line for each of those. Returns the exit status: 0, or 2 when it could not be served, with the
/// reason on the standard error.
[[nodiscard]] int serve_until_stopped(std::string_view program, std::vector<std::string> arguments,
                                      Core& core, std::string_view more_help = {});

}  // namespace meterrig::kit
