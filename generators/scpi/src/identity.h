// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

#include "meterrig/vocabulary/instruments.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::scpi {

/// "maker,model,serial,firmware" (IEEE 488.2 10.14), the last ones may be absent. Error: data_loss.
[[nodiscard]] Result<InstrumentIdentity> identity_from(std::string_view reply);

}  // namespace meterrig::scpi
