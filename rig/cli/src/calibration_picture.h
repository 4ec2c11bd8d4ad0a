// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "meterrig/v1/calibration.pb.h"

namespace meterrig::cli {

/// Gain and angle of every terminal over frequency with their expanded uncertainties, as an SVG
/// file.
[[nodiscard]] std::string calibration_picture(const v1::Calibration& calibration);

}  // namespace meterrig::cli
