// SPDX-License-Identifier: GPL-3.0-or-later
#include "point_text.h"

#include <fmt/format.h>

#include "meterrig/vocabulary/units.h"

namespace meterrig::safety {

std::string text_of(const OperatingPoint& point) {
  std::string text = readable(point.frequency.in(hertz), QuantityKind::frequency);
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    text += fmt::format(", L{} {} {} {}", phase + 1,
                        readable(point.voltage[phase].in(volt), QuantityKind::voltage),
                        readable(point.current[phase].in(ampere), QuantityKind::current),
                        readable(point.displacement[phase].in(degree), QuantityKind::angle));
  }
  return text;
}

}  // namespace meterrig::safety
