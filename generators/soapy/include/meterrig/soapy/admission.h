// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "meterrig/soapy/level_calibration.h"
#include "meterrig/soapy/soapy_generator.h"
#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/result.h"
#include "meterrig/vocabulary/rf.h"

namespace meterrig::soapy {

/// What an output asks of radio and set-up.
struct Drive {
  double amplitude = 0;    ///< of the unmodulated carrier, as a ratio to full scale
  double crest = 0;        ///< of the envelope's peak, likewise
  ActivePower peak_power;  ///< forward, at the envelope's peak
};

/// Whether anything may be put out at all. Errors: failed_precondition for a set-up that is not
/// closed or has no power limit, and a calibration without forward power; out_of_range for settings
/// that make no sense.
[[nodiscard]] Result<void> check_settings(const GeneratorSettings& settings,
                                          const LevelCalibration& calibration);

/// Whether calibration and set-up allow this output; a radio is not needed to know. Errors:
/// invalid_argument for a modulation that is none and a level of another kind than the
/// calibration's; out_of_range beyond its rows, the greatest peak or the power limit.
[[nodiscard]] Result<Drive> admit(const GeneratorSettings& settings,
                                  const LevelCalibration& calibration, const RfOutput& output);

}  // namespace meterrig::soapy
