// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/verdict/limit_range.h"

#include <fmt/format.h>

#include <cmath>

namespace meterrig::verdict {

LimitRange range_of(const v1::LimitUsed& limit) {
  if (!limit.has_least()) return {.middle = 0, .half_width = limit.magnitude()};
  return {.middle = (limit.magnitude() + limit.least()) / 2,
          .half_width = (limit.magnitude() - limit.least()) / 2};
}

double share_of_limit(double value, const v1::LimitUsed& limit) {
  const LimitRange range = range_of(limit);
  return std::abs(value - range.middle) / range.half_width;
}

std::string sum_text(const v1::LimitUsed& limit, const v1::SearchPlace& place) {
  double load = limit.magnitude();
  std::string added;
  for (const v1::LimitUsed& part : place.added()) {
    load -= part.magnitude();
    added += fmt::format(" + {:.6g} % ({})", part.magnitude(), part.row());
  }
  return fmt::format("{:.6g} % ({}){}", load, limit.row().substr(0, limit.row().find(' ')), added);
}

}  // namespace meterrig::verdict
