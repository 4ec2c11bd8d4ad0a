// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "meterrig/iio/dac_source.h"
#include "meterrig/iio/frequency_response.h"
#include "meterrig/vocabulary/element.h"
#include "meterrig/vocabulary/instruments.h"
#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/recording.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::iio {

/// A terminal of the meter.
struct Terminal {
  ChannelKind kind = ChannelKind::voltage;
  Phase phase = Phase::L1;
};

/// What measure_chain() puts out and how long it looks.
struct ChainSettings {
  std::vector<Terminal> terminals;  ///< the first one's fundamental is where angles start
  Frequency fundamental = hertz(50);
  std::vector<std::int32_t> orders{1};  ///< at whose frequencies it measures, rising from 1
  Voltage voltage;                      ///< r.m.s. of the fundamental on each voltage terminal
  Current current;                      ///< on each current terminal
  double share = 0.1;                   ///< of a harmonic in the fundamental
  int periods = 20;                     ///< of the fundamental in a measurement
  int settling_periods = 20;            ///< before it; longer than the input is late
  int repeats = 5;                      ///< at least 2
};

/// Gain of a chain at one frequency, with standard uncertainties from repeats alone.
struct ChainPoint {
  Frequency frequency;
  std::complex<double> gain;  ///< what the input saw over what the source was told
  double modulus_uncertainty = 0;
  Angle angle_uncertainty;
};

struct ChainResponse {
  Terminal terminal;
  std::vector<ChainPoint> points;

  /// As DacChannel::correction takes it. Errors as of FrequencyResponse::create().
  [[nodiscard]] Result<FrequencyResponse> correction() const;
};

/// Is told how many of the orders are measured.
using ChainProgress = std::function<void(std::size_t done)>;

/// Measures source, amplifiers, sensors and input as one, terminal by terminal: puts a fundamental
/// out, from the second order on with one harmonic, and fits sines to what comes back. A time that
/// is common to all is not seen, as nothing ties the input's first sample to the output: the angle
/// of the first terminal's fundamental is 0. Leaves the source off. Errors: invalid_argument
/// (settings), aborted (nothing came back), and those of source and input.
[[nodiscard]] Result<std::vector<ChainResponse>> measure_chain(DacSource& source,
                                                               SampleInput& input,
                                                               const ChainSettings& settings,
                                                               const ChainProgress& progress = {});

}  // namespace meterrig::iio
