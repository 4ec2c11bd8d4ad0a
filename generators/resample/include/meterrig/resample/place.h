// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

#include "meterrig/vocabulary/rational.h"

namespace meterrig::resample {

/// A place between samples: at sample `whole` + `fraction`, 0 <= fraction < 1.
struct Place {
  std::int64_t whole = 0;
  double fraction = 0;
};

/// Where sample n of one rate lies among the samples of another, `step` = other rate / its own:
/// n * step, the whole part exact for |n| up to 2^62.
[[nodiscard]] Place place_of(std::int64_t n, Rational step);

}  // namespace meterrig::resample
