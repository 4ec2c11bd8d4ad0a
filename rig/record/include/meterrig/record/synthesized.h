// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <vector>

#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/recording.h"
#include "meterrig/vocabulary/signal.h"

namespace meterrig::record {

/// A recipe as a recording of round(duration * rate) scans: U1 to U3 in V, I1 to I3 in A, of which
/// the channels that are silent in the recipe are left out. Errors: invalid_argument for a recipe
/// without a channel that is not silent, out_of_range for a duration of less than one scan or more
/// than 2^62 of them, and those of Synthesis::create().
[[nodiscard]] Result<std::unique_ptr<Recording>> synthesized(const SignalRecipe& recipe,
                                                             Rational rate, Duration duration);

/// A full scale for each channel of synthesized(): the greatest value that all it is made of can
/// add up to, with six standard deviations of noise, rounded up to 1, 2 or 5 times a power of ten.
[[nodiscard]] std::vector<double> full_scales(const SignalRecipe& recipe);

}  // namespace meterrig::record
