// SPDX-License-Identifier: GPL-3.0-or-later
#include "load_point.h"

namespace meterrig::campaign {

OperatingPoint operating_point(const v1::Ratings& ratings, double voltage_factor, Current current,
                               Angle phi, v1::Direction direction,
                               std::optional<std::size_t> only_phase) {
  const Angle turned = direction == v1::DIRECTION_EXPORT ? phi + degree(180) : phi;
  OperatingPoint point{.frequency = hertz(ratings.reference_frequency()),
                       .voltage = {},
                       .voltage_angle = {degree(0), degree(-120), degree(120)},
                       .current = {},
                       .displacement = {turned, turned, turned}};
  for (std::size_t p = 0; p < phase_count; ++p) {
    point.voltage.at(p) = volt(ratings.reference_voltage() * voltage_factor);
    point.current.at(p) = !only_phase || *only_phase == p ? current : ampere(0);
  }
  return point;
}

}  // namespace meterrig::campaign
