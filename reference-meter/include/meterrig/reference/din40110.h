// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

#include "meterrig/reference/power_theory.h"

namespace meterrig::reference {

/// Powers of DIN 40110: of two conductors (part 1), or collective values of m (part 2).
struct Din40110Power {
  Voltage u;  ///< r.m.s.; collective: U_sum^2, over all conductors, of voltages to the star point
  Current i;  ///< r.m.s.; collective: I_sum^2 over all conductors, the neutral like any other
  ActivePower p;
  ApparentPower s;        ///< U I
  ReactivePower q_total;  ///< Q_tot = sqrt(S^2 - P^2)
  double power_factor;    ///< P / S; NaN when S is 0
};

/// DIN 40110-1.
[[nodiscard]] Din40110Power din40110_power(const PowerElement& element);

/// DIN 40110-2 of the m = 3 or 4 conductors of a system, by the voltages between them:
///   U_sum^2 = (1 / m) sum over pairs of U_kl^2,
/// which needs no star point and takes r.m.s. values of everything.
[[nodiscard]] Din40110Power din40110_power(const ThreePhaseElements& elements);

/// One of m conductors.
struct Conductor {
  HarmonicPhasors potential;  ///< against any point that all conductors share
  HarmonicPhasors current;
};
/// DIN 40110-2 of any number of conductors, by its definition: voltages to the virtual star point,
/// u_k0 = u_k - (1 / m) sum of u. The currents' sum must be 0. No conductors: all unknown.
[[nodiscard]] Din40110Power din40110_power(std::span<const Conductor> conductors);

}  // namespace meterrig::reference
