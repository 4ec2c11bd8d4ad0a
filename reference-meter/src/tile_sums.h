// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>

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

inline constexpr std::size_t tile_scans = 512;

/// Samples of one phase: what tile_sums() reads, `count` of each, at most tile_scans.
struct PhaseTile {
  const double* volts;
  const double* amperes;
  const double* cosine;
  const double* sine;
  std::size_t count;
};

/// All sums, in eight lanes: the same order of addition on every machine. With `weights`
/// (null for none) each scan counts so much.
[[nodiscard]] PhaseSums tile_sums(const PhaseTile& tile, const double* weights);

/// Those that energy needs alone, uu, ii and ui: the others are 0. Half the additions.
[[nodiscard]] PhaseSums square_sums(const PhaseTile& tile, const double* weights);

/// Sums of the products of one channel with a cosine and a sine.
struct CarrierSums {
  double x = 0;
  double y = 0;
};
[[nodiscard]] CarrierSums carrier_sums(const double* values, const PhaseTile& tile,
                                       const double* weights);

/// Values of the polynomial sum_k coefficients[k] x^k, k up to 5, at x = first + i step.
void polynomial_at(const std::array<double, 6>& coefficients, double first, double step,
                   std::size_t count, double* out);

}  // namespace meterrig::reference
