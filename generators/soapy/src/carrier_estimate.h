// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <complex>
#include <span>
#include <string>

#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/rf.h"

namespace meterrig::soapy {

/// What is known of a capture.
struct Capture {
  std::span<const std::complex<float>> samples;  ///< full scale 1
  double rate = 0;                               ///< samples a second
  Frequency expected;  ///< of the carrier in the baseband, signed: from the oscillator
};

/// What was found in a capture. What does not apply or was not found is unknown (NaN).
struct CarrierEstimate {
  Frequency offset;      ///< from `expected`
  double amplitude = 0;  ///< of the unmodulated carrier, full scale 1; of pulses, while they are on
  double noise = 0;      ///< r.m.s. in quadrature to the carrier, in the bandwidth measured
  Percent depth;
  Percent duty;
  Frequency modulation_frequency;
  std::string invalid;  ///< why it cannot be relied on; empty when it can
};

/// Frequency, amplitude and modulation of the carrier that is expected; `modulation` says only what
/// sort of it to look for. At least 64 samples of the bandwidth measured, which is 256 kHz or the
/// rate.
[[nodiscard]] CarrierEstimate estimate_carrier(const Capture& capture,
                                               const RfModulation& modulation);

}  // namespace meterrig::soapy
