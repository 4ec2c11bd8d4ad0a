// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "meterrig/soapy/level_calibration.h"
#include "meterrig/soapy/radio_settings.h"
#include "meterrig/soapy/set_up.h"
#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/result.h"
#include "meterrig/vocabulary/rf.h"

namespace meterrig::soapy {

struct GeneratorSettings {
  RadioSettings radio;
  ClosedSetUp set_up;
  /// Greatest peak of the envelope, as a ratio to full scale of the converter: what is left is the
  /// back-off. At full scale converters and their filters clip.
  double greatest_peak = 0.9;
  /// Zeros that end an output, before the stream stops: at least what the radio holds in its
  /// buffers, so that its converter stands at zero.
  Duration run_out = millisecond(100);
  /// The output ends by itself so long after renew(), check() or start() was last called: a control
  /// loop that is stuck leaves nothing on.
  Duration lease = second(2);
};

/// A radio's transmitter as RF generator. The baseband is real: amplitude (1 + m sin) for AM, on
/// and off for pulses, where `amplitude` brings the unmodulated carrier to its calibrated level;
/// the peak of 80 % AM is 1.8 times as high, 5.1 dB.
///
/// Samples go out on a thread of its own. A gap in them (underflow) and the end of the lease end
/// the output at once, and check() tells. However an output ends, by off(), an error or the
/// destructor, it ends with zeros, a stopped stream and the gains at their least.
///
/// Errors: failed_precondition for a set-up that is not closed or has no power limit, a calibration
/// of another radio or without forward power; out_of_range for a peak, lease or run-out that makes
/// no sense; unavailable (no such radio, no transmitter); aborted for a rate that the radio does
/// not take.
[[nodiscard]] Result<std::unique_ptr<RfGenerator>> open_generator(
    const GeneratorSettings& settings, const LevelCalibration& calibration);

}  // namespace meterrig::soapy
