// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <complex>
#include <cstdint>
#include <string>
#include <vector>

#include "meterrig/vocabulary/element.h"
#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/recording.h"

namespace meterrig::iio_server {

/// A channel of a device, by the device's label or name.
struct ChannelAddress {
  std::string device;
  std::string channel;
};

/// A terminal of the meter.
struct TerminalAddress {
  Phase phase = Phase::L1;
  ChannelKind kind = ChannelKind::voltage;  ///< voltage or current
};

/// An amplifier between an output channel and a terminal: a gain, a low pass of first order and a
/// delay, with an offset and white noise at its output.
struct Amplifier {
  ChannelAddress from;
  TerminalAddress to;
  double gain = 1;         ///< V/V or A/V
  Frequency corner;        ///< of the low pass (-3 dB); unknown for none
  std::int64_t delay = 0;  ///< nanoseconds, 0 to 1 000 000
  double offset = 0;       ///< V or A
  double noise_rms = 0;    ///< V or A, of each sample

  /// Output phasor over input phasor, as this model has it when it is computed `rate` times a
  /// second: V/V or A/V.
  [[nodiscard]] std::complex<double> response(Frequency frequency, double rate) const;
};

/// A divider, shunt or transformer between a terminal and an input channel.
struct Sensor {
  TerminalAddress from;
  ChannelAddress to;
  double gain = 1;  ///< V/V or V/A
};

/// A pulse output of the device under test on an input channel.
struct PulseLine {
  std::string output;  ///< as the device names it, such as "S0-2"
  ChannelAddress to;
  Voltage low = volt(0);           ///< at rest
  Voltage high = volt(3.3);        ///< during a pulse
  Duration width = second(30e-3);  ///< of a pulse, above 0
};

/// What lies between the outputs, the terminals of a meter and the input. A terminal without an
/// amplifier and an input without a sensor or pulse line see 0.
struct Wiring {
  std::vector<Amplifier> amplifiers;
  std::vector<Sensor> sensors;
  std::vector<PulseLine> pulse_lines{};
  std::uint64_t noise_seed = 0;
};

}  // namespace meterrig::iio_server
