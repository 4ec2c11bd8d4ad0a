// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/loader/point_mapping.h"

namespace meterrig::loader {

OperatingPoint point_from(const v1::AppliedPoint& message) {
  OperatingPoint point;
  point.frequency = hertz(message.frequency());
  for (std::size_t p = 0; p < phase_count; ++p) {
    if (static_cast<int>(p) >= message.elements_size()) break;
    const v1::ElementPoint& element = message.elements(static_cast<int>(p));
    point.voltage.at(p) = volt(element.voltage());
    point.voltage_angle.at(p) = degree(element.voltage_angle());
    point.current.at(p) = ampere(element.current());
    point.displacement.at(p) = degree(element.displacement());
  }
  return point;
}

v1::AppliedPoint message_from(const OperatingPoint& point) {
  v1::AppliedPoint message;
  message.set_frequency(point.frequency.in(hertz));
  for (std::size_t p = 0; p < phase_count; ++p) {
    v1::ElementPoint& element = *message.add_elements();
    element.set_voltage(point.voltage.at(p).in(volt));
    element.set_voltage_angle(point.voltage_angle.at(p).in(degree));
    element.set_current(point.current.at(p).in(ampere));
    element.set_displacement(point.displacement.at(p).in(degree));
  }
  return message;
}

}  // namespace meterrig::loader
