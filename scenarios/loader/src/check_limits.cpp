// SPDX-License-Identifier: GPL-3.0-or-later
#include "checks.h"
#include "meterrig/vocabulary/units.h"

namespace meterrig::loader {

void check(const v1::LimitsFile& file, Examination& examination) {
  const v1::Limits& limits = file.limits();
  const std::string lowest = "limits.lowest_frequency";
  if (examination.sound(lowest) && examination.sound("limits.highest_frequency") &&
      limits.lowest_frequency() > limits.highest_frequency())
    examination.report(lowest, exact_text(limits.lowest_frequency(), QuantityKind::frequency),
                       "at most highest_frequency, " +
                           exact_text(limits.highest_frequency(), QuantityKind::frequency));
}

}  // namespace meterrig::loader
