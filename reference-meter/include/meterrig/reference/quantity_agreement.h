// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cmath>
#include <limits>
#include <span>
#include <string_view>

#include "meterrig/reference/energy_registers.h"
#include "meterrig/reference/power_theory.h"
#include "meterrig/reference/second_algorithm.h"

namespace meterrig::reference {

/// One quantity found in two ways, how far apart they may be, and whether they are nearer. What is
/// unknown agrees with nothing.
struct QuantityAgreement {
  std::string_view quantity;
  double first = std::numeric_limits<double>::quiet_NaN();
  double second = std::numeric_limits<double>::quiet_NaN();
  double bound = 0;
  [[nodiscard]] bool within() const { return std::abs(first - second) <= bound; }
};

/// Whether all are.
[[nodiscard]] bool all_within(std::span<const QuantityAgreement> quantities);

/// U, I, S, P, PF, Q1, Q_B and Q by quarter-period delay of an element, against means over points
/// of the waves that its phasors make. With N > 2 H points a period, H the highest order, a mean of
/// a product of two waves is exact; Q1 and Q_B take the voltage with each order a quarter of its
/// own period later, of which Q1 the first alone, the delay with all of it a quarter of the
/// fundamental's later.
///
/// `voltage_rest` and `current_rest` are the r.m.s. of what is in u, i and p but not in the phasors
/// (0: nothing), `relative` the error of an r.m.s. value or phasor, relative to the channel's
/// r.m.s. Bounds, r and e for these: of U, r_u + e U; of P, U r_i + I r_u + r_u r_i + 2 e U I
/// (Cauchy and Schwarz); of S the same; of PF, (bound of P + |PF| bound of S) / S; of the Q, which
/// are phasors on both sides, rounding alone. Rounding is 1e-15 (H + 10) of U I.
inline constexpr std::size_t waveform_quantity_count = 8;
[[nodiscard]] std::array<QuantityAgreement, waveform_quantity_count> waveform_agreement(
    const PowerElement& element, Voltage voltage_rest, Current current_rest, double relative);

/// Quantities of three phases against other forms of them, from the phasors alone:
///   U_e1^2 = U+^2 + U-^2 + U_0^2 / 2,  I_e1^2 = I+^2 + I-^2 + 4 I_0^2  (no U_0, I_0 with 3 wires),
///   S_e^2 = S_e1^2 + D_eI^2 + D_eV^2 + S_eH^2 with e_H^2 summed over the orders but the first,
///   U_sum and P of DIN 40110-2 by the virtual star point,
///   Q_B^2 + D_B^2 = S^2 - P^2 of the phases, summed, with D_B^2 by pairs of orders:
///   D_B^2 = sum over g < h of |U_g|^2 |I_h|^2 + |U_h|^2 |I_g|^2 - 2 Re(U_g U_h* (I_g I_h*)*).
/// They are identities, so that the bounds are rounding: 1e-15 (H + 10) of the greatest sum of
/// squares in them, through the root. With 3 wires the currents' sum is to be 0.
inline constexpr std::size_t three_phase_quantity_count = 6;
[[nodiscard]] std::array<QuantityAgreement, three_phase_quantity_count> three_phase_agreement(
    const ThreePhaseElements& elements);

/// Q of one definition from two sets of elements, such as spectra of an FFT beside those of a fit.
/// Let every r.m.s. value and phasor of both be right to e = `relative` of its channel's r.m.s., P
/// to e of S. A sum of products is then known to 2 (2 e + e^2) S, S the sum of the phases' U I; the
/// squares in sqrt(S^2 - P^2) to 12 e S^2 = d, S of the definition at most 3 times that sum, and
/// the root to min(sqrt(d), d / (Q_1 + Q_2)). Sums over phases add up.
[[nodiscard]] QuantityAgreement reactive_agreement(const ThreePhaseElements& first,
                                                   const ThreePhaseElements& second,
                                                   ReactivePowerDefinition definition,
                                                   double relative);

/// How far the energies of windows may be apart, summed over windows.
struct EnergyBounds {
  ActiveEnergy active = watt_hour(0);
  ReactiveEnergy reactive = var_hour(0);
  ApparentEnergy apparent = volt_ampere_hour(0);
  /// Of one more window, for which the powers were compared.
  void add(const Agreement& agreement, Duration time);
};

/// P, Q1 and S by the fit, held from `begin` to `end`.
[[nodiscard]] WindowEnergy window_energy(const SecondReading& reading, Instant begin, Instant end);

/// Active energy between two times inside a block that was fed to `meter`, against the integral of
/// the fitted waves: watt hours. The two differ by the interpolation of the meter, 1e-9 S of a
/// period at each end, its rounding (4e-16 of the energies it subtracts), the fit's rounding,
/// 1e-11 S T, and what the fit leaves, r of N samples over the time T: of noise as in agreement(),
/// 12 T / sqrt(N) (U r_i + I r_u) with the N in T; of harmonics above the fit's, which do not
/// average out over a part of a period, U r_i + I r_u of a period; and 4 T r_u r_i.
[[nodiscard]] QuantityAgreement energy_agreement(const EnergyMeter& meter,
                                                 const SecondReading& reading, Instant begin,
                                                 Instant end);

/// Active import and export, reactive import and export (quadrants I and II, III and IV) and
/// apparent of each of L1, L2, L3 and the total, over all tariffs, in Wh, varh, VAh; then the
/// maximum demands of active import and apparent power, in W and VA, 0 where none was formed.
///
/// The other way: plain sums of the second algorithm's windows by their signs, and demand as the
/// difference of the cumulated energy at two times, a period apart, the energy being a line between
/// ends of windows. Energies of one window that are b apart may count in opposite registers, each
/// of them below b then, so that registers differ by no more than the sum of b. A demand differs by
/// no more than that sum over the period.
inline constexpr std::size_t register_quantity_count = 22;
[[nodiscard]] std::array<QuantityAgreement, register_quantity_count> register_agreement(
    const EnergyRegisters& first, const EnergyRegisterSettings& settings,
    std::span<const WindowEnergy> second, const EnergyBounds& bounds);

}  // namespace meterrig::reference
