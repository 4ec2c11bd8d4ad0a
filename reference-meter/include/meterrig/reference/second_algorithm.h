// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

#include "meterrig/reference/meter.h"

namespace meterrig::reference {

/// Powers by another way than measure(), to check it.
struct SecondReading {
  PerPhase<ActivePower> p;
  PerPhase<ReactivePower> q1;
  ActivePower p_total;
  ReactivePower q1_total;
  PerPhase<Voltage> voltage_residual;  ///< r.m.s. of what the fit leaves, per degree of freedom
  PerPhase<Current> current_residual;
};

/// Least squares fit of dc and the harmonics 1 to 63 (those below 0.45 of the sample rate) to each
/// channel, all samples with the same weight; P = U_0 I_0 + sum of U_h I_h cos(phi_h), Q1 of the
/// fundamental. Shares with measure() the frequency only. Errors: invalid_argument (a sample that
/// is not finite, a frequency not above 0), failed_precondition (fewer than 2 periods or too few
/// samples).
[[nodiscard]] Result<SecondReading> measure_by_fit(const SampleBlock& block, Frequency frequency);

/// How far two readings of one block are apart, in total power, and how far they may be.
struct Agreement {
  ActivePower p_difference;
  ActivePower p_bound;
  ReactivePower q_difference;
  ReactivePower q_bound;
  bool within;
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
/// The bound is their sum over phases; Q1 has no term that is larger. `samples` is the block's
/// count.
[[nodiscard]] Agreement agreement(const MeterReading& first, const SecondReading& second,
                                  std::size_t samples);

}  // namespace meterrig::reference
