// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "meterrig/v1/device.pb.h"
#include "meterrig/v1/suite.pb.h"
#include "meterrig/vocabulary/measurand.h"

namespace meterrig::campaign {

/// Register of the energy of this direction in a tariff, or in all of them (0).
[[nodiscard]] QuantityId tariff_register(v1::Direction direction, int tariff);

/// Whether a device can be asked about its tariffs in this direction: it has a table of the day
/// with two at least, their registers and the one of all.
[[nodiscard]] bool shows_tariffs(const v1::Device& device, v1::Direction direction);

/// The tariff that is on so long after the day's begin, and its first two changes after that, in
/// seconds since the begin; days follow one another. For a device that shows them.
[[nodiscard]] std::vector<v1::TariffSwitch> tariff_changes(const v1::Device& device,
                                                           double after_seconds);

}  // namespace meterrig::campaign
