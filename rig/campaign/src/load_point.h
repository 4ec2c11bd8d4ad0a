// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>

#include "meterrig/v1/device.pb.h"
#include "meterrig/v1/standard.pb.h"
#include "meterrig/vocabulary/operating_point.h"

namespace meterrig::campaign {

/// Voltages of a multiple of Un and one current at fn: in all phases, or in one with all voltages
/// there. `phi` is that of an imported current; export turns it by half a turn.
[[nodiscard]] OperatingPoint operating_point(const v1::Ratings& ratings, double voltage_factor,
                                             Current current, Angle phi, v1::Direction direction,
                                             std::optional<std::size_t> only_phase);

}  // namespace meterrig::campaign
