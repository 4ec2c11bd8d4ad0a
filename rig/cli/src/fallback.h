// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data_files.h"
#include "meterrig/safety/limits.h"
#include "meterrig/v1/hardware.pb.h"
#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::cli {

/// The extra-low voltage that ships with the program (IEC 61140). Errors: those of its file.
[[nodiscard]] Result<Voltage> extra_low_voltage(const DataFiles& files);

/// Whether somebody switches a bench off when its source process dies, where its limits allow more
/// than the `harmless` voltage. `watchdog` is the source's, unknown for one without. Error:
/// failed_precondition, saying what the bench file would need.
[[nodiscard]] Result<void> check_fallback(const v1::HardwareBench& bench,
                                          const safety::Limits& limits, Duration watchdog,
                                          Voltage harmless);

}  // namespace meterrig::cli
