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

inline constexpr std::size_t tile_scans = 1024;
/// Scan i of a tile goes into lane i mod 8: the same order of addition on every machine.
inline constexpr std::size_t tile_lanes = 8;

/// Samples of one phase, `count` of each, at most tile_scans.
struct PhaseTile {
  const double* volts;
  const double* amperes;
  const double* cosine;
  const double* sine;
  std::size_t count;
};

/// What is summed; the other sums are 0. All, or what energy needs alone, uu, ii and ui (half the
/// additions), or those and the products of one channel with cosine and sine.
enum class Summed : unsigned char { all, squares, squares_and_volts, squares_and_amperes };

/// Each scan counts as much as its `weights` says (null: 1).
[[nodiscard]] PhaseSums tile_sums(const PhaseTile& tile, const double* weights, Summed summed);

/// The same sums of a tile that comes in parts, bit for bit.
class PartSums {
 public:
  /// The next scans of the tile, a multiple of eight but for the last part.
  void add(const PhaseTile& part, const double* weights, Summed summed);
  [[nodiscard]] PhaseSums total() const;

 private:
  // By sum, in the order of PhaseSums.
  alignas(64) std::array<std::array<double, tile_lanes>, 9> lanes_{};
};

/// Values of the polynomial sum_k coefficients[k] x^k, k up to 5, at x = first + i step.
void polynomial_at(const std::array<double, 6>& coefficients, double first, double step,
                   std::size_t count, double* out);

}  // namespace meterrig::reference
