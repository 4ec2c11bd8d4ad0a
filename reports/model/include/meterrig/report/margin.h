// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "meterrig/report/point.h"

namespace meterrig::report {

/// How much of what the decision rule allows a point has used, in %; above 100 it is no pass. NaN
/// when value, limit or, where the rule needs it, uncertainty is unknown; infinite when nothing is
/// allowed. With e, L, U, u, r, f: simple acceptance |e| / L, guarded and non-binary (|e| + r U) /
/// L or (|e| + r u) / L, R 46 |e| / L or |e| / (6/5 L - U) where U > L/5 (4/3 L - U where U > L/3),
/// fraction |e| / (f L), a guard band outside the limit (r < 0) |e| / (L - r U). Of a limit with a
/// lower one of its own, L is the one on the error's side.
[[nodiscard]] double margin_used(const Point& point);

/// The greatest |e| (of a limit with a lower one of its own: distance from their middle) that
/// passes (verdict::decide), in the point's unit; NaN when unknown.
[[nodiscard]] double acceptance_limit(const Point& point);

}  // namespace meterrig::report
