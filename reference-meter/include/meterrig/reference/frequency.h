// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/rational.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::reference {

/// Frequency of the fundamental: the strongest component between 10 Hz and 1 kHz, `rate` samples a
/// second. Errors: invalid_argument (a sample that is not finite, a rate not above 0),
/// failed_precondition (no periodic signal, or fewer than 3 periods of it).
[[nodiscard]] Result<Frequency> measure_frequency(std::span<const double> samples, Rational rate);

}  // namespace meterrig::reference
