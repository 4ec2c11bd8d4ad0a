// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <limits>

#include "meterrig/reference/power_theory.h"

namespace meterrig::reference {

/// Phasor of an order; 0 beyond the spectrum's end.
inline std::complex<double> phasor(HarmonicPhasors x, std::size_t order) {
  return order < x.size() ? x[order] : std::complex<double>{};
}

/// Sum over orders of |sum of sign_k x_k|^2: square of the r.m.s. of a sum of channels.
template <std::size_t Count>
double square_of_sum(const std::array<HarmonicPhasors, Count>& channels,
                     const std::array<double, Count>& signs) {
  std::size_t orders = 0;
  for (const HarmonicPhasors& channel : channels) orders = std::max(orders, channel.size());
  double square = 0;
  for (std::size_t h = 0; h < orders; ++h) {
    std::complex<double> sum;
    for (std::size_t k = 0; k < Count; ++k) sum += signs[k] * phasor(channels[k], h);
    square += std::norm(sum);
  }
  return square;
}

inline double square_of(HarmonicPhasors x) { return square_of_sum<1>({x}, {1.0}); }

/// Complex power U I* of one order, plain: the library's product looks for infinities first.
inline std::complex<double> complex_power(std::complex<double> u, std::complex<double> i) {
  return {u.real() * i.real() + u.imag() * i.imag(), u.imag() * i.real() - u.real() * i.imag()};
}

/// sqrt(a^2 - b^2), where rounding may have made b the larger; unknown stays unknown.
inline double root_of_difference(double a_square, double b_square) {
  const double difference = a_square - b_square;
  return difference < 0 ? 0 : std::sqrt(difference);
}

inline double square(double x) { return x * x; }

inline double ratio(double a, double b) {
  return b > 0 ? a / b : std::numeric_limits<double>::quiet_NaN();
}

/// The pairs of lines 12, 23, 31.
inline constexpr std::array<std::array<std::size_t, 2>, 3> line_pairs{{{0, 1}, {1, 2}, {2, 0}}};

/// U_12^2, U_23^2, U_31^2 of everything.
PerPhase<double> line_to_line_squares(const ThreePhaseElements& elements);
/// I_N^2 of everything; 0 with three wires.
double neutral_square(const ThreePhaseElements& elements);

}  // namespace meterrig::reference
