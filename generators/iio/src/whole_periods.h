// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>

#include "meterrig/vocabulary/rational.h"

namespace meterrig::iio {

/// Least number of samples at `rate` that is a whole number of periods of `frequency`, so of all
/// its harmonics, and a multiple of `alignment`. None when it is more than `most`.
[[nodiscard]] std::optional<std::size_t> whole_periods(Rational frequency, Rational rate,
                                                       std::size_t alignment, std::size_t most);

}  // namespace meterrig::iio
