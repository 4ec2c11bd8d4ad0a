// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "meterrig/soapy/level_calibration.h"
#include "meterrig/soapy/radio_settings.h"
#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/result.h"
#include "meterrig/vocabulary/rf.h"

namespace meterrig::soapy {

struct MonitorSettings {
  RadioSettings radio;
  Duration settle = millisecond(10);   ///< dropped after tuning
  Duration capture = millisecond(50);  ///< measured: several periods of the modulation
};

/// A radio's receiver as RF monitor, by the estimator that generators/soapy/README.md describes.
/// Its oscillator stands a quarter of the rate beside the carrier, so that its own offset is not
/// taken for one. It may be the radio that transmits.
///
/// Errors: failed_precondition for a calibration of another radio; unavailable (no such radio, no
/// receiver); aborted for a rate that the radio does not take.
[[nodiscard]] Result<std::unique_ptr<RfMonitor>> open_monitor(const MonitorSettings& settings,
                                                              const LevelCalibration& calibration);

}  // namespace meterrig::soapy
