// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <vector>

#include "meterrig/vocabulary/element.h"
#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/rational.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::reference {

/// Where drifts count from: the reference temperature of IEC 62052-11.
inline constexpr Temperature reference_temperature = degree_celsius(23);

/// Errors of a current transformer at one primary current.
struct TransformerPoint {
  Current current;      ///< r.m.s.
  Percent ratio_error;  ///< secondary too large when positive (IEC 61869-2, 3.4.3)
  Angle phase_error;    ///< secondary leads when positive (IEC 61869-2, 3.4.4)
  double burden = 0;    ///< ohm, with which they were found
};

/// A point of a magnetisation curve, seen from the secondary.
struct MagnetisationPoint {
  double flux = 0;  ///< linked with the secondary, V s
  Current current;  ///< magnetising, instantaneous
};

/// A current transformer by what it is made of: the flux integrates the voltage over burden and
/// winding, and takes its magnetising current from the secondary,
///   d flux / dt = (winding + burden) i2,  i2 = i1 / ratio - i_m(flux).
/// In the straight part near the origin, where i_m = flux / L, i2 ratio / i1 = s / (s + R / L):
/// the ratio error is about -(R / (w L))^2 / 2 and the secondary leads by arctan(R / (w L)).
/// Without hysteresis and losses; i_m is odd, straight from the origin through the points, and
/// goes on straight beyond the last.
struct TransformerCore {
  double ratio = 1;                       ///< of turns, secondary to primary
  double winding_resistance = 0;          ///< ohm
  std::vector<MagnetisationPoint> curve;  ///< rising
  PerPhase<double> initial_flux{};        ///< V s, at reset(): remanence
};

/// A coil with the mutual inductance M, and an integrator that stops integrating below its corner:
///   reading / current = s / (s + 2 pi corner),
/// which at frequency f is too small by 1 / sqrt(1 + (corner / f)^2) and leads by
/// arctan(corner / f). What is added at the integrator's input shows as
/// 1 / (M (s + 2 pi corner)) amperes a volt: noise falls with the frequency squared (in power).
struct RogowskiCoil {
  double mutual_inductance = 0;  ///< henry
  Frequency integrator_corner;
  Voltage integrator_noise;   ///< r.m.s. on each sample, white, at the integrator's input
  Voltage integrator_offset;  ///< at the integrator's input; settled at reset()
};

/// The divider before the voltage channels: (1 + ratio error) / (1 + s time constant).
struct VoltageDivider {
  Percent ratio_error;
  Duration time_constant;
};

/// A Butterworth low pass in every channel; order 0 is none.
struct AntiAliasFilter {
  int order = 0;     ///< 0..8
  Frequency corner;  ///< where it loses 3 dB; may lie above half the sample rate
};

/// Errors of one converter channel.
struct ChannelModel {
  Percent gain;            ///< error of the gain
  Percent offset;          ///< of full scale
  Percent noise;           ///< white, r.m.s. on each sample, of full scale
  Percent gain_drift{};    ///< a kelvin
  Percent offset_drift{};  ///< of full scale, a kelvin
  Duration skew{};         ///< taken late when positive
  /// Adds 1/f noise that is as dense here as the white noise, within 1 dB of 1/f from 1e-6 to 0.1
  /// of the rate and less beyond.
  Frequency flicker_corner{};
  /// Adds noise shaped by 1 - z^-1, as a first-order delta-sigma modulator shapes it: r.m.s. on
  /// each sample, of full scale; its density at f is (2 sin(pi f / rate))^2 / 2 of white noise.
  Percent shaped_noise{};
};

/// Analog front end of a meter, from its terminals to the codes of its converter. The current is
/// sensed by an ideal shunt, or by `transformer`, `core` or `rogowski`, one of them. An unknown
/// number counts as none.
struct FrontEndModel {
  Rational nominal_rate{1, 1};  ///< samples a second of the device's own clock
  int adc_bits = 24;            ///< 8..31
  Voltage voltage_full_scale;   ///< peak
  Current current_full_scale;   ///< peak
  Percent clock_error;          ///< the device's second is too short when positive
  PerPhase<ChannelModel> voltage;
  PerPhase<ChannelModel> current;
  /// By rising burden, and for each by rising current; empty for none.
  std::vector<TransformerPoint> transformer;
  double burden = 0;  ///< of the current transformers, ohm
  std::optional<TransformerCore> core{};
  std::optional<RogowskiCoil> rogowski{};
  std::optional<VoltageDivider> divider{};
  AntiAliasFilter anti_alias{};
  Temperature temperature = reference_temperature;
  Percent clock_drift{};       ///< of the clock error, a kelvin
  Duration aperture_jitter{};  ///< r.m.s. of one sampling clock: all channels move together
};

/// Whether a model makes sense. Errors: out_of_range, naming the field.
[[nodiscard]] Result<void> check(const FrontEndModel& model);

}  // namespace meterrig::reference
