// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "meterrig/vocabulary/turn.h"
#include "period_grid.h"

namespace meterrig::reference {

/// Sum of cos(k w t) over `count` samples about their middle, t = n - (count - 1) / 2, where
/// `half_step` is w / 2: sin(k w count / 2) / sin(k w / 2). k w / 2 is to be 0 or away from
/// multiples of pi.
[[nodiscard]] double sum_of_cosines(int k, std::size_t count, Turn half_step);

/// Least squares fit of dc and harmonics to a block of samples, all with the same weight, from
/// their sums with cos(h w t) and sin(h w t) about the block's middle. The even and the odd part
/// are two problems, of the matrices
///   (K(a - b) + K(a + b)) / 2 and (K(a - b) - K(a + b)) / 2,  K(k) = sum_of_cosines(k).
/// Over whole periods they would be diagonal; a block cut at the nearest sample is off by at most
/// half a sample in N, and conjugate gradients then need a few steps, cheaper than a factorisation.
class HarmonicFit {
 public:
  /// `cycles` of the fundamental a sample, above 0; `orders` from 1 to 63, with orders * cycles at
  /// most 0.45.
  HarmonicFit(std::size_t count, double cycles, int orders);

  /// Phase of the fundamental at the first sample, 0 in the middle, and from one to the next.
  [[nodiscard]] Turn first() const { return first_; }
  [[nodiscard]] Turn step() const { return step_; }
  [[nodiscard]] int orders() const { return orders_; }

  /// Amplitudes of cos(h w t) and sin(h w t) to 1e-10 of the largest; none when the samples do not
  /// determine them.
  [[nodiscard]] std::optional<Lines> solve(const Lines& sums) const;

 private:
  [[nodiscard]] Lines apply(const Lines& x) const;

  int orders_;
  Turn step_;
  Turn first_;
  static constexpr std::size_t middle = most_lines;
  std::array<double, 3 * most_lines> half_kernel_{};  // K(k) / 2 at middle + k
  Lines inverse_diagonal_;
};

/// Sum over a block of a fitted wave times another one: the amplitudes of the one, the sums of the
/// other.
[[nodiscard]] double dot(const Lines& amplitudes, const Lines& sums);

}  // namespace meterrig::reference
