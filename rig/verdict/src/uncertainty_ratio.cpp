// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/verdict/uncertainty_ratio.h"

#include <limits>

namespace meterrig::verdict {

UncertaintyRatio uncertainty_ratio(double expanded_uncertainty, double limit, double demanded) {
  // Also false for NaN.
  if (!(expanded_uncertainty >= 0.0 && limit >= 0.0 && demanded >= 0.0))
    return {std::numeric_limits<double>::quiet_NaN(), false};
  constexpr double rounding = 4.0 * std::numeric_limits<double>::epsilon();
  const bool met = expanded_uncertainty <= demanded * limit * (1.0 + rounding);
  if (limit == 0.0)
    return {expanded_uncertainty == 0.0 ? 0.0 : std::numeric_limits<double>::infinity(), met};
  return {expanded_uncertainty / limit, met};
}

}  // namespace meterrig::verdict
