// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include "meterrig/record/measurement.h"

namespace meterrig::cli {

/// Draws a measurement of `recording` into an SVG file that is whole or not there. Errors: those of
/// reading, unavailable.
[[nodiscard]] Result<void> write_picture(const std::filesystem::path& file, Recording& recording,
                                         const record::Measurement& measurement);

}  // namespace meterrig::cli
