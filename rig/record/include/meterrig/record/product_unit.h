// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "meterrig/vocabulary/recording.h"

namespace meterrig::record {

/// Unit of the product of a voltage and a current channel as active power: "W" for V and A, "kW"
/// for kV and A. "count*A" where a unit is not of volts or amperes.
[[nodiscard]] std::string product_unit(const RecordedChannel& voltage,
                                       const RecordedChannel& current);

}  // namespace meterrig::record
