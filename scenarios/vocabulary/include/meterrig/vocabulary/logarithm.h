// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace meterrig {

/// Natural logarithm of a finite x > 0 to 2 ulp or so, the same bits on every machine, which a C
/// library does not promise. NaN for 0, negative numbers, infinity and NaN.
[[nodiscard]] double natural_logarithm(double x);

}  // namespace meterrig
