// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "meterrig/reference/power_theory.h"

namespace meterrig::reference {

/// Single-phase quantities of IEEE 1459-2010, 3.1. H means everything but the fundamental: dc,
/// harmonics and what lies between them, U_H^2 = U^2 - U_1^2. Roots of differences are known to the
/// root of the inputs' error: of sines that are right to 1e-16, U_H is 0 to 1.5e-8 U. Ratios to 0
/// are NaN.
struct SinglePhasePower {
  Voltage u;
  Voltage u1;
  Voltage uh;
  Current i;
  Current i1;
  Current ih;
  Percent voltage_thd;  ///< U_H / U_1
  Percent current_thd;  ///< I_H / I_1
  ActivePower p;
  ActivePower p1;                   ///< U_1 I_1 cos(phi_1)
  ActivePower ph;                   ///< P - P_1
  ReactivePower q1;                 ///< U_1 I_1 sin(phi_1)
  ApparentPower s;                  ///< U I
  ApparentPower s1;                 ///< U_1 I_1
  ApparentPower sn;                 ///< sqrt(S^2 - S_1^2)
  ReactivePower di;                 ///< U_1 I_H, current distortion power
  ReactivePower dv;                 ///< U_H I_1, voltage distortion power
  ApparentPower sh;                 ///< U_H I_H
  ReactivePower dh;                 ///< sqrt(S_H^2 - P_H^2), harmonic distortion power
  ReactivePower n;                  ///< sqrt(S^2 - P^2), non-active power
  double power_factor;              ///< P / S
  double fundamental_power_factor;  ///< P_1 / S_1, cos(phi_1)
  double harmonic_pollution;        ///< S_N / S_1
};
[[nodiscard]] SinglePhasePower single_phase_power(const PowerElement& element);

/// Three-phase quantities of IEEE 1459-2010, 3.2, in effective values: with four wires
///   U_e^2 = (3 (U_1^2 + U_2^2 + U_3^2) + U_12^2 + U_23^2 + U_31^2) / 18,
///   I_e^2 = (I_1^2 + I_2^2 + I_3^2 + I_N^2) / 3 (rho = 1),
/// with three
///   U_e^2 = (U_12^2 + U_23^2 + U_31^2) / 9,  I_e^2 = (I_1^2 + I_2^2 + I_3^2) / 3.
/// e1 is that of the fundamentals, eH^2 = e^2 - e1^2. Roots and ratios as above.
struct ThreePhasePower {
  Voltage ue;
  Voltage ue1;
  Voltage ueh;
  Current ie;
  Current ie1;
  Current ieh;
  Percent voltage_thd;  ///< U_eH / U_e1
  Percent current_thd;
  ActivePower p;
  ActivePower p1;              ///< of the fundamentals
  ActivePower ph;              ///< P - P_1
  ReactivePower q1;            ///< of the fundamentals, summed over phases
  ApparentPower se;            ///< 3 U_e I_e
  ApparentPower se1;           ///< 3 U_e1 I_e1
  ApparentPower sen;           ///< sqrt(S_e^2 - S_e1^2)
  ReactivePower dei;           ///< 3 U_e1 I_eH
  ReactivePower dev;           ///< 3 U_eH I_e1
  ApparentPower seh;           ///< 3 U_eH I_eH
  ReactivePower deh;           ///< sqrt(S_eH^2 - P_H^2)
  ReactivePower n;             ///< sqrt(S_e^2 - P^2)
  ActivePower p_positive;      ///< P+ = 3 U+ I+ cos(phi+), positive sequence of the fundamentals
  ReactivePower q_positive;    ///< Q+
  ApparentPower s_positive;    ///< S+ = 3 U+ I+
  ApparentPower su1;           ///< sqrt(S_e1^2 - (S+)^2), fundamental unbalance power
  ApparentPower s_arithmetic;  ///< S_A, sum over phases of U I
  ApparentPower s_vector;      ///< S_V = sqrt(P_1^2 + Q_1^2) of the fundamentals
  double power_factor;         ///< PF_e = P / S_e
  double fundamental_power_factor;  ///< P_1 / S_V, cos(phi) of all phases
  double positive_power_factor;     ///< PF+ = P+ / S+
  double harmonic_pollution;        ///< S_eN / S_e1
  double load_unbalance;            ///< S_U1 / S+
};
[[nodiscard]] ThreePhasePower three_phase_power(const ThreePhaseElements& elements);

}  // namespace meterrig::reference
