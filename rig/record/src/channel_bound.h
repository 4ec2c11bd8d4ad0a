// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "meterrig/vocabulary/signal.h"

namespace meterrig::record {

/// True when a channel of a recipe is 0 for ever.
template <class Kind>
[[nodiscard]] bool silent(const Channel<Kind>& channel);

/// What no sample of a channel exceeds, in V or A: everything at its peak at the same time, noise
/// at six standard deviations (one sample of 500 million is beyond).
template <class Kind>
[[nodiscard]] double bound(const Channel<Kind>& channel);

/// 1, 2 or 5 times a power of ten, not below the value; 1 for 0.
[[nodiscard]] double full_scale_for(double bound);

}  // namespace meterrig::record
