// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/vocabulary/rf_sweep.h"

#include <fmt/format.h>

#include <cmath>

#include "meterrig/vocabulary/units.h"

namespace meterrig {

Result<std::vector<Frequency>> frequencies_of(const RfSweepPlan& plan) {
  const double first = plan.first.in(hertz);
  const double last = plan.last.in(hertz);
  const double step = plan.step.in(percent);
  if (!(first > 0) || !std::isfinite(last) || !(last >= first))
    return fail(ErrorCode::invalid_argument,
                fmt::format("a sweep from {} to {}; expected rising frequencies above 0 Hz",
                            readable(first, QuantityKind::frequency),
                            readable(last, QuantityKind::frequency)));
  if (!(step >= 0.01) || !(step <= 100))
    return fail(ErrorCode::out_of_range, fmt::format("a step of {}; expected 0.01 % to 100 %",
                                                     readable(step, QuantityKind::percentage)));
  const double ratio = 1 + step / 100;
  std::vector<Frequency> frequencies;
  // A whole number of steps that rounding has left a little short is still that number.
  double next = first;
  while (next < last * (1 - 1e-9)) {
    frequencies.push_back(hertz(next));
    next *= ratio;
  }
  frequencies.push_back(hertz(last));
  return frequencies;
}

}  // namespace meterrig
