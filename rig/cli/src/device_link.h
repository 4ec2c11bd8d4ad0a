// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "commands.h"
#include "meterrig/modbus/modbus_link.h"
#include "meterrig/v1/bench.pb.h"
#include "meterrig/v1/device.pb.h"

namespace meterrig::cli {

/// Opens a position's link to the device. Errors: those of the port and the link.
[[nodiscard]] Result<std::unique_ptr<modbus::ModbusLink>> open_link(const v1::Device& device,
                                                                    const v1::Position& position,
                                                                    const v1::LinkPolicy& policy);

/// Puts what the command line says of the link into a position. Errors: invalid_argument for both
/// --serial and --tcp, or a --tcp that is not HOST:PORT.
[[nodiscard]] Result<void> override_link(v1::Position& position, const v1::Device& device,
                                         const LinkOptions& options);

}  // namespace meterrig::cli
