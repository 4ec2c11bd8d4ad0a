// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "meterrig/modbus/register_map.h"
#include "meterrig/ports/serial_settings.h"
#include "meterrig/v1/device.pb.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::modbus {

/// The register map of a profile. Errors: invalid_argument or out_of_range, naming the register.
[[nodiscard]] Result<RegisterMap> register_map_from(const v1::ModbusMap& message);
/// Unspecified is none.
[[nodiscard]] ports::Parity parity_from(v1::Parity message);

}  // namespace meterrig::modbus
