// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/scpi_simulator/wiring_fault.h"

#include <cmath>
#include <complex>

namespace meterrig::scpi::simulator {
namespace {

using Phasors = PerPhase<std::complex<double>>;

Angle between(std::complex<double> a, std::complex<double> b) {
  return radian(std::arg(a * std::conj(b)));
}

}  // namespace

OperatingPoint at_terminals(const OperatingPoint& source, WiringFault fault) {
  if (fault == WiringFault::none) return source;
  Phasors u;
  Phasors i;
  for (std::size_t p = 0; p < phase_count; ++p) {
    const double angle = source.voltage_angle.at(p).in(radian);
    u.at(p) = std::polar(source.voltage.at(p).in(volt), angle);
    i.at(p) =
        std::polar(source.current.at(p).in(ampere), angle - source.displacement.at(p).in(radian));
  }
  switch (fault) {
    case WiringFault::none:
      break;
    case WiringFault::voltages_exchanged:
      std::swap(u[1], u[2]);
      break;
    case WiringFault::currents_exchanged:
      std::swap(i[0], i[1]);
      break;
    case WiringFault::current_reversed:
      i[1] = -i[1];
      break;
    case WiringFault::current_open:
      i[2] = 0;
      break;
    case WiringFault::voltage_shorted:
      u[0] = 0;
      break;
    case WiringFault::neutral_open: {
      const std::complex<double> star = (u[0] + u[1] + u[2]) / 3.0;
      for (auto& voltage : u) voltage -= star;
      break;
    }
  }
  OperatingPoint point = source;
  for (std::size_t p = 0; p < phase_count; ++p) {
    point.voltage.at(p) = volt(std::abs(u.at(p)));
    point.current.at(p) = ampere(std::abs(i.at(p)));
    // From where L1 of the source has its angle, as that of a shorted voltage means nothing.
    point.voltage_angle.at(p) = radian(std::arg(u.at(p)));
    point.displacement.at(p) = between(u.at(p), i.at(p));
  }
  return point;
}

}  // namespace meterrig::scpi::simulator
