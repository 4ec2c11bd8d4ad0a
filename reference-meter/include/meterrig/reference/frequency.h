// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/rational.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::reference {

/// Frequency of the fundamental: the strongest component between 10 Hz and 1 kHz, `rate` samples a
/// second. From the phase between two windows, one at each end of the samples, that null every
/// harmonic of the frequency found so far; repeated until it stands still, and at last, from 9
/// periods on, by the slope of the phase over all of them: with white noise its deviation is then
/// 1.4 times the bound of Cramer and Rao over 25 periods and 1.2 times over 50. Without noise the
/// relative error is below 1e-13 from 9 periods on, 1e-9 from 6 and 1e-5 from 3 (8 kS/s, 20 %
/// harmonics up to 0.45 of the rate). Errors: invalid_argument (a sample that is not finite, a rate
/// not above 0), failed_precondition (no periodic signal, or fewer than 3 periods of it).
[[nodiscard]] Result<Frequency> measure_frequency(std::span<const double> samples, Rational rate);

}  // namespace meterrig::reference
