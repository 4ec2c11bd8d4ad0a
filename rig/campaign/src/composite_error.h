// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "meterrig/vocabulary/quantity.h"

namespace meterrig::campaign {

/// Terms of the composite error at one current and power factor.
struct CompositeTerms {
  Percent intrinsic;    ///< e, at reference conditions
  Percent temperature;  ///< greatest shift in the temperature band
  Percent voltage;      ///< greatest shift from 0.9 to 1.1 Un
  Percent frequency;    ///< greatest shift from 0.98 to 1.02 fn
};

/// sqrt(e^2 + dT^2 + dU^2 + df^2), never negative; unknown when a term is (EN 50470-3 and directive
/// 2014/32/EU annex V; terms restated by the French decree of 1 August 2013, annex 1, the formula
/// from memory).
[[nodiscard]] Percent composite_error(const CompositeTerms& terms);

}  // namespace meterrig::campaign
