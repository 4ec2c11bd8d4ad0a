// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "meterrig/vocabulary/turn.h"
#include "meterrig/vocabulary/wide.h"

namespace meterrig::reference {

/// Orders 0 to 63 of one channel: of cos(h psi) and of sin(h psi).
inline constexpr std::size_t most_lines = 64;
struct Lines {
  std::array<double, most_lines> cosine{};
  std::array<double, most_lines> sine{};
};

/// Sums x cos(h psi) and x sin(h psi) over samples x at phases psi of a fundamental, for all orders
/// h at once: every sample is spread over ten cells of a grid of one period by a kernel, the grid
/// is transformed, and the kernel's own transform divided out (the non-uniform FFT of type 1, Dutt
/// and Rokhlin 1993, with the kernel of Kaiser and Bessel). Between two cells the kernel is a
/// polynomial of the ninth degree, so that the samples there are first added up as moments, x s^k,
/// and their sums are spread: a sample costs ten products and sums, whatever the number of orders.
///
/// Of G >= 4 H + 4 cells, line G - h of the samples folds back onto line h by the ratio of the
/// kernel's transforms there. With beta = pi w (1 - 1 / (2 s)), w = 10 cells wide, s = G / (2 H +
/// 1): at most 6e-9 at h = H and 2e-10 at the fundamental, of the sum of |x|. That much only where
/// the rate is a multiple of the frequency, so that line G - h is as strong as a line can be; else
/// it is near 1e-11.
class PeriodGrid {
 public:
  /// `orders` from 1 to 63.
  explicit PeriodGrid(int orders);

  /// Rows of `count` samples; psi of the first, and from one to the next. One result a row; lines
  /// above `orders` are 0.
  void sum(std::span<const double* const> rows, std::size_t count, Turn first, Turn step,
           std::span<Lines> sums);

  [[nodiscard]] int orders() const { return orders_; }

 private:
  static constexpr std::size_t width = 10;
  static constexpr std::size_t terms = 5;  // of the polynomials in the square of the offset
  static constexpr std::size_t tile = 64;  // samples: neighbours in its two halves share no cell
  static constexpr std::size_t most_cells = 256;

  void gather(const double* first, const double* second, std::size_t count, Turn start, Turn step);
  void spread();
  void fold_and_transform();
  void separate(Lines& first, Lines* second) const;

  int orders_;
  std::size_t cells_;
  int cell_bits_;
  std::array<std::array<Quad, terms>, width / 2> kernel_{};  // even, even, odd, odd
  std::array<double, most_lines> inverse_transform_{};
  std::array<SineCosine, most_lines> shifted_{};
  std::array<Pair, most_cells> twiddle_cosine_{};  // of k / (2 n) turns at n + k
  std::array<Pair, most_cells> twiddle_sine_{};
  std::array<std::size_t, most_cells> reversed_{};
  std::array<std::array<Quad, terms>, most_cells> moments_{};  // of two channels, even and odd
  std::array<Pair, most_cells + width> grid_{};
};

}  // namespace meterrig::reference
