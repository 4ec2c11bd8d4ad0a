// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "data_files.h"
#include "meterrig/reference/record_meter.h"

namespace meterrig::cli {

/// The limits of voltage events that ship with the program (IEC 61000-4-30). Nothing, once it has
/// said what is wrong with their file.
[[nodiscard]] std::optional<reference::EventLimits> event_limits(const DataFiles& files);

}  // namespace meterrig::cli
