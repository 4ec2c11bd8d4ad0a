// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "meterrig/campaign/procedure.h"

namespace meterrig::campaign {

/// Puts the device to the temperature that the point asks for, which is that of the room when it
/// asks for none. put_on() does it; what applies something by itself does it first. Error:
/// unimplemented where there is no chamber for it.
[[nodiscard]] Result<void> go_to_temperature(PointContext& context);

}  // namespace meterrig::campaign
