// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "meterrig/v1/rf.pb.h"
#include "meterrig/vocabulary/result.h"
#include "meterrig/vocabulary/rf_calibration.h"
#include "meterrig/vocabulary/rf_sweep.h"

namespace meterrig::loader {

/// Error: invalid_argument for a date that is none.
[[nodiscard]] Result<RfCalibration> calibration_from(const v1::RfCalibration& message);
[[nodiscard]] v1::RfCalibration message_from(const RfCalibration& calibration);

/// The sweep over one of a disturbance's bands at one of its levels. Error: not_found, listing what
/// there is.
[[nodiscard]] Result<RfSweepPlan> sweep_from(const v1::RfDisturbance& message,
                                             const std::string& band, const std::string& level);

}  // namespace meterrig::loader
