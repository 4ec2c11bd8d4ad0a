// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "meterrig/vocabulary/turn.h"

namespace meterrig::synthesis {

/// sine sin(2 pi order x) + cosine cos(2 pi order x) in one of the waves of a table.
struct WaveLine {
  std::size_t wave = 0;
  std::int32_t order = 1;  ///< at least 1
  double sine = 0;
  double cosine = 0;
};

/// Up to eight waves of one period, tabulated as piecewise polynomials, all to be had at a turn
/// for the price of one.
///
/// The period is cut into M equal segments. On each, with t from -1 to 1, e^{j 2 pi h x} is
/// e^{j a} e^{j b t}, a at the segment's middle and b = pi h / M, and by Jacobi and Anger
///   e^{j b t} = J_0(b) T_0(t) + 2 sum_n j^n J_n(b) T_n(t)
/// (Abramowitz and Stegun 9.1.44 f.). The sum up to n = D - 1, written in powers of t, is added up
/// over all lines. What is left out is below 2 sum_h A_h J_D(b) <= 2 sum_h A_h (b / 2)^D / D!; M
/// and D are chosen so that it is below 1e-15 of sum_h A_h, with the fewest operations.
///
/// A value depends on its turn alone: not on its neighbours, and not on the machine.
class WaveTable {
 public:
  static constexpr std::size_t most_waves = 8;

  /// `waves` from 1 to most_waves; `offsets` are added to each wave (none for those beyond).
  WaveTable(std::size_t waves, std::span<const WaveLine> lines, std::span<const double> offsets);

  /// Values of wave w at each turn into rows[w]; rows that are null are left out.
  void evaluate(std::span<const Turn> turns, const std::array<double*, most_waves>& rows) const;

  [[nodiscard]] std::size_t segments() const { return std::size_t{1} << segment_bits_; }
  /// Coefficients of a polynomial.
  [[nodiscard]] std::size_t terms() const { return terms_; }

 private:
  std::size_t fours_ = 1;  // of a row of coefficients: for 4 or for 8 waves
  unsigned segment_bits_ = 4;
  std::size_t terms_ = 1;
  struct alignas(64) CacheLine : std::array<double, 8> {};
  std::vector<CacheLine> coefficients_;  // [segment][power, highest first][4 fours_ waves]
};

}  // namespace meterrig::synthesis
