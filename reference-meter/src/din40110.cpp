// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/reference/din40110.h"

#include "phasor_sums.h"

namespace meterrig::reference {
namespace {

Din40110Power power_of(double u_square, double i_square, double p) {
  const double s_square = u_square * i_square;
  const double s = std::sqrt(s_square);
  return {.u = volt(std::sqrt(u_square)),
          .i = ampere(std::sqrt(i_square)),
          .p = watt(p),
          .s = volt_ampere(s),
          .q_total = var(root_of_difference(s_square, p * p)),
          .power_factor = ratio(p, s)};
}

}  // namespace

Din40110Power din40110_power(const PowerElement& element) {
  return power_of(square(element.u.in(volt)), square(element.i.in(ampere)), element.p.in(watt));
}

Din40110Power din40110_power(const ThreePhaseElements& elements) {
  const PerPhase<double> lines = line_to_line_squares(elements);
  double u_square = lines[0] + lines[1] + lines[2];
  double i_square = neutral_square(elements);
  for (const PowerElement& element : elements.phase) {
    if (elements.wires == Wires::four) u_square += square(element.u.in(volt));
    i_square += square(element.i.in(ampere));
  }
  u_square /= elements.wires == Wires::four ? 4 : 3;
  return power_of(u_square, i_square, active_power(elements).in(watt));
}

Din40110Power din40110_power(std::span<const Conductor> conductors) {
  if (conductors.empty())
    return {.u = {}, .i = {}, .p = {}, .s = {}, .q_total = {}, .power_factor = ratio(0, 0)};
  std::size_t orders = 0;
  for (const Conductor& conductor : conductors)
    orders = std::max({orders, conductor.potential.size(), conductor.current.size()});
  const auto count = static_cast<double>(conductors.size());
  double u_square = 0;
  double i_square = 0;
  double p = 0;
  for (std::size_t h = 0; h < orders; ++h) {
    std::complex<double> star;
    for (const Conductor& conductor : conductors) star += phasor(conductor.potential, h);
    star /= count;
    for (const Conductor& conductor : conductors) {
      const std::complex<double> u = phasor(conductor.potential, h) - star;
      const std::complex<double> i = phasor(conductor.current, h);
      u_square += std::norm(u);
      i_square += std::norm(i);
      p += complex_power(u, i).real();
    }
  }
  return power_of(u_square, i_square, p);
}

}  // namespace meterrig::reference
