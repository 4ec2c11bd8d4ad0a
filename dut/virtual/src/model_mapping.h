// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "meterrig/reference/front_end.h"
#include "meterrig/twin/meter_core.h"
#include "meterrig/v1/device.pb.h"
#include "meterrig/v1/twin.pb.h"
#include "meterrig/vocabulary/result.h"
#include "self_warming.h"
#include "wired_signal.h"

namespace meterrig::twin {

/// From messages of files to the values of the rooms that a twin is made of. Errors:
/// invalid_argument or out_of_range, naming the field.

[[nodiscard]] Result<reference::FrontEndModel> front_end_from(const v1::FrontEnd& message);
[[nodiscard]] Result<Wiring> wiring_from(const v1::FrontEnd& message);
/// Nothing for a front end that its currents do not warm.
[[nodiscard]] std::optional<WarmingModel> warming_from(const v1::FrontEnd& message,
                                                       const v1::Ratings& ratings);
[[nodiscard]] Result<CoreSettings> core_settings_from(const v1::Device& device,
                                                      const v1::Twin& model);

}  // namespace meterrig::twin
