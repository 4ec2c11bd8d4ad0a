// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/verdict/limit_range.h"

namespace meterrig::verdict {

LimitRange range_of(const v1::LimitUsed& limit) {
  if (!limit.has_least()) return {.middle = 0, .half_width = limit.magnitude()};
  return {.middle = (limit.magnitude() + limit.least()) / 2,
          .half_width = (limit.magnitude() - limit.least()) / 2};
}

}  // namespace meterrig::verdict
