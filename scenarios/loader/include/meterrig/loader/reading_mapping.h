// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "meterrig/v1/run.pb.h"
#include "meterrig/vocabulary/measurand.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::loader {

/// Error: invalid_argument for a quantity that the vocabulary lacks, or a unit that is not its own.
[[nodiscard]] Result<Reading> reading_from(const v1::ReadingRecord& message);
[[nodiscard]] v1::ReadingRecord message_from(const Reading& reading);

}  // namespace meterrig::loader
