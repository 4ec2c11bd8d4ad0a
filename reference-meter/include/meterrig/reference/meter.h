// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "meterrig/vocabulary/signal.h"

namespace meterrig::reference {

/// Lines up to this share of the sample rate are read exactly; above it products alias to where no
/// window nulls them. Who has such lines needs a higher rate.
inline constexpr double exact_share_of_rate = 0.45;

/// What one phase carries. A quantity that has no meaning in the block is unknown, never 0.
struct PhaseReading {
  Voltage u;  ///< r.m.s. of everything, dc included
  Current i;
  ActivePower p;        ///< mean of u(t) i(t)
  ReactivePower q1;     ///< U_1 I_1 sin(phi_1) of the fundamentals, positive when the current lags
  ApparentPower s;      ///< U I
  double power_factor;  ///< P / S; NaN when S is 0
  Angle voltage_angle;  ///< of the fundamental against that of L1; unknown without either
  Angle displacement;   ///< phi_1 = phi_u - phi_i of the fundamentals; unknown without current or
                        ///< voltage
  Percent voltage_thd;  ///< everything but dc and fundamental, in percent of the fundamental;
                        ///< unknown without one
  Percent current_thd;
};

/// A steady-state reading over whole periods of the real frequency (IEEE 1459-2010, 3.1.2
/// and 3.2.2).
struct MeterReading {
  Frequency frequency;
  PerPhase<PhaseReading> phase;
  ActivePower p_total;
  ReactivePower q1_total;
  ApparentPower s_total;      ///< arithmetic: the sum over phases
  double power_factor_total;  ///< P / S; NaN when S is 0
  Duration averaged;          ///< span of the window
  double leakage;             ///< bound of |error| of a mean of products, over U I; see measure()
};

/// Reads a block of at least 3 periods. Frequency is taken from the first phase whose voltage is at
/// least a tenth of the highest; without voltage, from the currents likewise.
///
/// Means are weighted over the n whole periods in the middle of the block: w is a box of n - m
/// periods convolved with m boxes of one period, m = min(6, 2 n / 3). Its transform, x in cycles a
/// period, is
///   W(x) = sinc((n - m) x) sinc(x)^m,
/// which nulls every harmonic of the products. What is left is aliasing: a product of components
/// below 0.45 of the rate lies below 0.9 of it, its alias at x = 0.1 rate / f or beyond, where |W|
/// <= (pi x)^-(m + 1) / (n - m). With H harmonics and dc, sum |U_a| sum |I_b| <= (H + 1) U I, so
///   |error of P| <= leakage U I,  leakage = 1.01 (H + 1) (pi 0.1 rate / f)^-(m + 1) / (n - m)
/// (further aliases add less than 1 %); half of that for an r.m.s. value. At 8 kS/s and 50 Hz
/// leakage is 1e-10 from 10 periods on, 5e-9 with 8, 1e-3 with 3; found errors are a thousand times
/// smaller, and 1e-14 (rounding) from 9 periods on.
///
/// Errors: invalid_argument for a sample that is not finite, failed_precondition for a block too
/// short or without a periodic signal.
[[nodiscard]] Result<MeterReading> measure(const SampleBlock& block);

}  // namespace meterrig::reference
