// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "meterrig/vocabulary/rational.h"

namespace meterrig::playback {

/// The rate that was meant where measured time stamps leave it between two values, both above 0, in
/// scans a second: 50000 of 49999.9987 to 50000.0013. Of three candidates - the fraction with the
/// smallest denominator, the rate with the fewest decimals, the step with the fewest decimals - the
/// one that an interval of this width would least contain by chance. Error: out_of_range for bounds
/// that no ratio of 64 bits fits.
[[nodiscard]] Result<Rational> even_rate(double lowest, double highest);

}  // namespace meterrig::playback
