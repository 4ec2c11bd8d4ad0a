// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "meterrig/vocabulary/meter.h"
#include "meterrig/vocabulary/result.h"
#include "meterrig/vocabulary/roles.h"

namespace meterrig::wire {

/// A link to a device that is a Meter, near or far. Its identity is the device's type, serial
/// number, firmware and parameters. Errors: those of identify(); of read() besides, internal when a
/// reading is of a time after the one at which it was asked for.
[[nodiscard]] Result<std::unique_ptr<DeviceLink>> link_to(std::shared_ptr<Meter> meter);

}  // namespace meterrig::wire
