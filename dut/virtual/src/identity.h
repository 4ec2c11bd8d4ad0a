// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "meterrig/twin/register_file.h"
#include "meterrig/twin/twin.h"
#include "meterrig/v1/device.pb.h"
#include "meterrig/v1/twin.pb.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::twin {

/// What the identity and parameter registers of the family hold, by the names that a profile may
/// give them; the codes are those of the SDM630 and MCT-ML manuals. Errors: invalid_argument for a
/// serial number that is not decimal or a firmware that is not hexadecimal.
[[nodiscard]] Result<IdentityValues> identity_of(const v1::Device& device, const v1::Twin& model,
                                                 const LineSettings& line);

}  // namespace meterrig::twin
