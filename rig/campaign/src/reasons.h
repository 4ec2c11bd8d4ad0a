// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "meterrig/v1/standard.pb.h"

namespace meterrig::campaign {

/// Why a point is left to a person, and what that person does: "needs a climatic chamber: ...".
[[nodiscard]] std::string reason_for_person(v1::InfluenceMeans means, std::string_view instruction);

/// Whether a row is for a device connected so; a row without a connection is for either.
[[nodiscard]] bool for_connection(v1::Circuit row, v1::Circuit device);
/// Why a row for this connection has nothing to test on the device, which has the other.
[[nodiscard]] std::string reason_for_connection(v1::Circuit row);

}  // namespace meterrig::campaign
