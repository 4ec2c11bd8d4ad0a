// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "meterrig/iio/adc_input.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::iio {

/// Whether the channels of an input can be as they are. Error: invalid_argument, naming the
/// terminal or the pulse output.
[[nodiscard]] Result<void> check(const AdcSettings& settings);

}  // namespace meterrig::iio
