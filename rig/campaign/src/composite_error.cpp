// SPDX-License-Identifier: GPL-3.0-or-later
#include "composite_error.h"

#include <cmath>

namespace meterrig::campaign {

Percent composite_error(const CompositeTerms& terms) {
  return percent(std::hypot(std::hypot(terms.intrinsic.in(percent), terms.temperature.in(percent)),
                            std::hypot(terms.voltage.in(percent), terms.frequency.in(percent))));
}

}  // namespace meterrig::campaign
