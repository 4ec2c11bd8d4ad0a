// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <limits>

#include "meterrig/vocabulary/quantity.h"

namespace meterrig {

/// A value with its standard uncertainty (JCGM 100). Both are unknown (NaN) until given.
/// Correlation between two measured values is not carried: who combines them must know it.
template <class Kind>
struct Measured {
  Quantity<Kind> value;
  Quantity<Kind> standard_uncertainty;
  double degrees_of_freedom = std::numeric_limits<double>::infinity();
};

}  // namespace meterrig
