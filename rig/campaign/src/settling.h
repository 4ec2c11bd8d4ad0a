// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "meterrig/campaign/plan.h"

namespace meterrig::campaign {

/// Whether the signal that `before` leaves on the terminals is the one that `point` asks for, so
/// that a bench may go on without putting it on and letting it settle. Not for the repetition of a
/// point, which is to be independent of the first.
[[nodiscard]] bool signal_stays(const v1::PlannedPoint& before, const v1::PlannedPoint& point);

/// Puts errors that ask for the same signal of the same suite behind one another, the later behind
/// the earlier; all others stay in their order, and so does what is measured right after a point at
/// reference conditions.
void put_equal_signals_together(Plan& plan);

}  // namespace meterrig::campaign
