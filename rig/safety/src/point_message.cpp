// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/safety/point_message.h"

#include <fmt/format.h>

namespace meterrig::safety {
namespace {

template <class Kind>
void put(const PerPhase<Quantity<Kind>>& values, Unit<Kind> unit,
         google::protobuf::RepeatedField<double>& row) {
  for (const Quantity<Kind> value : values) row.Add(value.in(unit));
}

template <class Kind>
bool take(const google::protobuf::RepeatedField<double>& row, Unit<Kind> unit,
          PerPhase<Quantity<Kind>>& values) {
  if (row.size() != static_cast<int>(phase_count)) return false;
  for (std::size_t phase = 0; phase < phase_count; ++phase)
    values[phase] = unit(row.Get(static_cast<int>(phase)));
  return true;
}

}  // namespace

v1::OutputPoint to_message(const OperatingPoint& point) {
  v1::OutputPoint message;
  message.set_frequency(point.frequency.in(hertz));
  put(point.voltage, volt, *message.mutable_voltage());
  put(point.voltage_angle, degree, *message.mutable_voltage_angle());
  put(point.current, ampere, *message.mutable_current());
  put(point.displacement, degree, *message.mutable_displacement());
  return message;
}

Result<OperatingPoint> point_from(const v1::OutputPoint& message) {
  OperatingPoint point;
  point.frequency = hertz(message.frequency());
  if (take(message.voltage(), volt, point.voltage) &&
      take(message.voltage_angle(), degree, point.voltage_angle) &&
      take(message.current(), ampere, point.current) &&
      take(message.displacement(), degree, point.displacement))
    return point;
  return fail(ErrorCode::invalid_argument,
              "a point whose rows have not three numbers each, of L1, L2 and L3");
}

}  // namespace meterrig::safety
