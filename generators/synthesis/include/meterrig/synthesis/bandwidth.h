// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "meterrig/vocabulary/signal.h"

namespace meterrig::synthesis {

/// The highest frequency of any line of the recipe, at the highest frequency that its modulations
/// and changes give, and of its bands of noise; 0 Hz for silence. White noise has all frequencies
/// up to half of any rate and does not count, nor does what a step or a rectangular modulation adds
/// beyond its lines. For a recipe that Synthesis::create() accepts at some rate.
[[nodiscard]] Frequency bandwidth(const SignalRecipe& recipe);

}  // namespace meterrig::synthesis
