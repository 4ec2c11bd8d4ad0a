// SPDX-License-Identifier: GPL-3.0-or-later
#include "reference_value.h"

#include <cmath>
#include <complex>
#include <span>

namespace meterrig::campaign {
namespace {

constexpr double degrees_a_radian = 57.295779513082321;

std::optional<ReferenceValue> total_of(const reference::MeterReading& reading,
                                       Measurand measurand) {
  const double s = reading.s_total.in(volt_ampere);
  switch (measurand) {
    case Measurand::active_power:
      return ReferenceValue{reading.p_total.in(watt), s};
    case Measurand::reactive_power:
      return ReferenceValue{reading.q1_total.in(var), s};
    case Measurand::apparent_power:
      return ReferenceValue{s, s};
    case Measurand::power_factor:
      return ReferenceValue{reading.power_factor_total, 1};
    case Measurand::frequency:
      return ReferenceValue{reading.frequency.in(hertz), reading.frequency.in(hertz)};
    default:
      return std::nullopt;
  }
}

std::optional<ReferenceValue> harmonic(std::span<const std::complex<double>> phasors, int order) {
  const auto index = static_cast<std::size_t>(order);
  if (index >= phasors.size() || !(std::abs(phasors[1]) > 0)) return std::nullopt;
  const double share = std::abs(phasors[index]) / std::abs(phasors[1]) * 100;
  return ReferenceValue{share, share};
}

}  // namespace

std::optional<ReferenceValue> reference_value(const ReferenceReading& reading, QuantityId id) {
  if (id.place == Place::total) return total_of(reading.first, id.measurand);
  const auto p = static_cast<std::size_t>(id.place);
  if (p >= phase_count) return std::nullopt;
  const reference::PhaseReading& phase = reading.first.phase.at(p);
  const double s = phase.s.in(volt_ampere);
  switch (id.measurand) {
    case Measurand::voltage:
      return ReferenceValue{phase.u.in(volt), phase.u.in(volt)};
    case Measurand::current:
      return ReferenceValue{phase.i.in(ampere), phase.i.in(ampere)};
    case Measurand::active_power:
      return ReferenceValue{phase.p.in(watt), s};
    case Measurand::reactive_power:
      return ReferenceValue{phase.q1.in(var), s};
    case Measurand::apparent_power:
      return ReferenceValue{s, s};
    case Measurand::power_factor:
      return ReferenceValue{phase.power_factor, 1};
    case Measurand::phase_angle:
      return ReferenceValue{phase.displacement.in(degree), degrees_a_radian};
    case Measurand::voltage_thd:
      return ReferenceValue{phase.voltage_thd.in(percent), phase.voltage_thd.in(percent)};
    case Measurand::current_thd:
      return ReferenceValue{phase.current_thd.in(percent), phase.current_thd.in(percent)};
    case Measurand::voltage_harmonic:
      return harmonic(reading.second.voltage_phasors.at(p), id.order);
    case Measurand::current_harmonic:
      return harmonic(reading.second.current_phasors.at(p), id.order);
    default:
      return std::nullopt;
  }
}

}  // namespace meterrig::campaign
