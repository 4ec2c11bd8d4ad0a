// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <complex>
#include <cstdint>
#include <span>
#include <string_view>

#include "meterrig/vocabulary/element.h"
#include "meterrig/vocabulary/quantity.h"

namespace meterrig::reference {

/// R.m.s. phasors of one channel by harmonic order, volts or amperes, all channels to one time; at
/// 0 its dc with sign and no imaginary part. Empty: a silent channel. What is not given is 0.
using HarmonicPhasors = std::span<const std::complex<double>>;

/// One voltage with the current beside it: what whole periods say of them.
struct PowerElement {
  Voltage u;      ///< r.m.s. of everything, dc and what lies between harmonics included
  Current i;      ///< likewise
  ActivePower p;  ///< mean of u(t) i(t)
  HarmonicPhasors voltage;
  HarmonicPhasors current;
};

/// The element whose totals are those of its phasors: U^2 = sum U_h^2, P = sum U_h I_h cos(phi_h).
[[nodiscard]] PowerElement element_of(HarmonicPhasors voltage, HarmonicPhasors current);

/// Three line conductors, alone or with a neutral.
enum class Wires : std::uint8_t { three, four };

/// What three phases carry.
struct ThreePhaseElements {
  Wires wires = Wires::four;
  PerPhase<PowerElement> phase;  ///< voltages to neutral; with three wires to any common point
  /// U_12, U_23, U_31, r.m.s. of everything; unknown: from the phasors, without what lies between
  /// harmonics.
  PerPhase<Voltage> line_to_line;
  Current neutral;  ///< r.m.s. of everything; unknown: of the sum of the phasors
};

/// Sum over phases. With three wires it does not depend on the common point, the currents' sum
/// being 0.
[[nodiscard]] ActivePower active_power(const ThreePhaseElements& elements);

/// What a reading of Q means. They agree for sine waves of three equal phases and part company with
/// distortion and asymmetry, so that a reading without its definition says little.
enum class ReactivePowerDefinition : std::uint8_t {
  fundamental,           ///< U_1 I_1 sin(phi_1), and the sum over phases (IEC 62053-24)
  budeanu,               ///< sum of U_h I_h sin(phi_h), and the sum over phases
  fryze,                 ///< sqrt(S^2 - P^2) of each phase (DIN 40110-1, Q_tot), and their sum
  quarter_period_delay,  ///< mean of u(t - T/4) i(t), T of the real fundamental, and the sum
  arithmetic,            ///< sqrt(S_A^2 - P^2), S_A the sum of the phases' U I
  vector,                ///< sqrt(Q_B^2 + D_B^2), both summed over phases (Budeanu)
  effective,             ///< sqrt(S_e^2 - P^2), the N of IEEE 1459-2010
  collective,            ///< sqrt(S_sum^2 - P^2), the Q_tot of DIN 40110-2
};
/// Such as "fundamental" or "quarter-period delay".
[[nodiscard]] std::string_view name(ReactivePowerDefinition definition);

/// A value that names its definition.
struct DefinedReactivePower {
  ReactivePower value;  ///< positive when the current lags; those that are roots are never negative
  ReactivePowerDefinition definition = ReactivePowerDefinition::fundamental;
};

/// Of one element. In one phase arithmetic, vector, effective and collective are Fryze's.
[[nodiscard]] DefinedReactivePower reactive_power(const PowerElement& element,
                                                  ReactivePowerDefinition definition);
/// Of three phases together. Fryze's, arithmetic and vector depend with three wires on the common
/// point of the voltages.
[[nodiscard]] DefinedReactivePower reactive_power(const ThreePhaseElements& elements,
                                                  ReactivePowerDefinition definition);

/// D_B = sqrt(S^2 - P^2 - Q_B^2) (Budeanu 1927).
[[nodiscard]] ReactivePower distortion_power(const PowerElement& element);

}  // namespace meterrig::reference
