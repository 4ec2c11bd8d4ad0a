// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>

#include "meterrig/vocabulary/wide.h"

namespace meterrig::reference {

/// Sums over some scans of one phase. x and y are those of the products with a cosine and a sine.
struct PhaseSums {
  double u = 0;
  double i = 0;
  double uu = 0;
  double ii = 0;
  double ui = 0;
  double ux = 0;
  double uy = 0;
  double ix = 0;
  double iy = 0;
};

/// Scans that are taken together but for the last of a stretch.
inline constexpr std::size_t lanes = 8;

/// The same sums as they grow, lane by lane: scan n of a stretch goes to lane n modulo 8, so that
/// they have the same bits on every machine and however the stretch is cut at multiples of 8.
struct PhaseLanes {
  Octet u{};
  Octet i{};
  Octet uu{};
  Octet ii{};
  Octet ui{};
  Octet ux{};
  Octet uy{};
  Octet ix{};
  Octet iy{};
};
[[nodiscard]] PhaseSums total(const PhaseLanes& phase);

/// Samples of one phase, `count` of each; weights null for none.
struct PhaseTile {
  const double* volts;
  const double* amperes;
  const double* cosine;
  const double* sine;
  const double* weights;
  std::size_t count;
};

/// What the tile adds to uu, ii and ui.
void add_squares(const PhaseTile& tile, PhaseLanes& sums);
/// To these, u and i.
void add_squares_and_means(const PhaseTile& tile, PhaseLanes& sums);
/// To ux, uy, ix and iy.
void add_carriers(const PhaseTile& tile, PhaseLanes& sums);

/// A table of a sine and a cosine turned on by an angle.
void turn_table(const double* sine, const double* cosine, double by_sine, double by_cosine,
                std::size_t count, double* sine_out, double* cosine_out);

/// Values of the polynomial sum_k coefficients[k] x^k, k up to 5, at x = first + i step.
void polynomial_at(const std::array<double, 6>& coefficients, double first, double step,
                   std::size_t count, double* out);

/// Whether all are finite numbers.
[[nodiscard]] bool all_finite(const double* values, std::size_t count);

}  // namespace meterrig::reference
