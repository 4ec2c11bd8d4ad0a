// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "meterrig/reference/meter.h"
#include "meterrig/vocabulary/instant.h"

namespace meterrig::reference {

/// Powers by another way than measure(), to check it.
struct SecondReading {
  PerPhase<ActivePower> p;
  PerPhase<ReactivePower> q1;
  ActivePower p_total;
  ReactivePower q1_total;
  PerPhase<Voltage> u;  ///< r.m.s. of the fitted wave over its periods and of what the fit leaves
  PerPhase<Current> i;
  ApparentPower s_total;               ///< sum over phases of U I
  PerPhase<Voltage> voltage_residual;  ///< r.m.s. of what the fit leaves, per degree of freedom
  PerPhase<Current> current_residual;
  /// R.m.s. phasors of sines by order, volts and amperes, dc at 0; to the block's middle.
  PerPhase<std::vector<std::complex<double>>> voltage_phasors;
  PerPhase<std::vector<std::complex<double>>> current_phasors;
  Frequency frequency;
  Rational rate{1, 1};
  std::int64_t twice_middle = 0;  ///< of the block, in half samples
};

/// Least squares fit of dc and the harmonics 1 to 63 (those below 0.45 of the sample rate) to each
/// channel, all samples with the same weight; P = U_0 I_0 + sum of U_h I_h cos(phi_h), Q1 of the
/// fundamental. Shares with measure() the frequency only. Errors: invalid_argument (a sample that
/// is not finite, a frequency not above 0), failed_precondition (fewer than 2 periods or too few
/// samples).
[[nodiscard]] Result<SecondReading> measure_by_fit(const SampleBlock& block, Frequency frequency);

/// Active energy of each phase's fitted waves from `begin` to `end`, whole periods or not: the
/// integral of their product, term by term. The times are those of the block's time base, inside
/// the block.
[[nodiscard]] PerPhase<ActiveEnergy> energy_by_fit(const SecondReading& reading, Instant begin,
                                                   Instant end);

/// How far two readings of one block are apart, in the totals, and how far they may be.
struct Agreement {
  ActivePower p_difference;
  ActivePower p_bound;
  ReactivePower q_difference;
  ReactivePower q_bound;
  /// Of apparent power and power factor; unknown where these were not compared or do not exist.
  ApparentPower s_difference = {};
  ApparentPower s_bound = {};
  double power_factor_difference = std::numeric_limits<double>::quiet_NaN();
  double power_factor_bound = std::numeric_limits<double>::quiet_NaN();
  bool within;  ///< all that were compared
};

/// Let u, i be the fitted waves, r_u, r_i what the fit leaves of N samples, < > the weighted mean
/// of measure(). Then, phase by phase, P_1 - P_2 is the sum of
///   <u i> - P_2, at most leakage U I (see measure()), and 1e-11 U I for rounding;
///   <u r_i> + <r_u i>: of noise, the difference of two means of N samples, one of them weighted
///   with
///     sum w^2 <= 4 / N, hence a standard deviation of at most 2 / sqrt(N) (U r_i + I r_u); six
///     times that;
///   <r_u r_i> <= 4 r_u r_i (Cauchy and Schwarz, max w = 4 / N), which harmonics above 63 may use
///   up.
/// The bound is their sum over phases; Q1 has no term that is larger. The squares U^2 and I^2 are
/// such means of products, of a channel with itself, so that their difference d is bounded likewise
/// and |U_1 - U_2| <= d / U_1; with e = d / U_1^2, S = U I is known to U I (e_u + e_i + e_u e_i),
/// and the power factor P / S to (bound of P + |P_2 / S_2| bound of S) / S_1. `samples` is the
/// block's count.
[[nodiscard]] Agreement agreement(const MeterReading& first, const SecondReading& second,
                                  std::size_t samples);

}  // namespace meterrig::reference
