// SPDX-License-Identifier: GPL-3.0-or-later
#include "period_grid.h"

#include <Eigen/Dense>
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <numbers>

#include "bessel_series.h"
#include "period_window.h"

namespace meterrig::reference {

PeriodGrid::PeriodGrid(int orders)
    : orders_(orders),
      cells_(std::max<std::size_t>(32, std::bit_ceil(4 * static_cast<std::size_t>(orders) + 4))),
      cell_bits_(std::countr_zero(cells_)) {
  const auto cells = static_cast<double>(cells_);
  const double oversampling = cells / (2.0 * orders_ + 1);
  const double beta =
      std::numbers::pi * static_cast<double>(width) * (1 - 0.5 / std::max(2.0, oversampling));
  const double peak = bessel(beta * beta);
  const auto kernel = [&](double distance) {
    const double z = 2 * distance / static_cast<double>(width);
    return bessel(beta * beta * std::max(0.0, 1 - z * z)) / peak;
  };
  for (std::size_t h = 0; h <= static_cast<std::size_t>(orders_); ++h) {
    const double x = std::numbers::pi * static_cast<double>(width) * static_cast<double>(h) / cells;
    inverse_transform_.at(h) =
        peak / (static_cast<double>(width) * sinh_ratio(beta * beta - x * x));
  }

  // A sample lies at (s + 1) / 2 between two cells, -1 <= s < 1. Cell j of those it is spread over
  // is at the distance j - w / 2 + (1 - s) / 2; its weight and that of cell w - 1 - j are the same
  // function at s and -s: an even part and an odd one, interpolated at Chebyshev's points.
  Eigen::Matrix<double, terms, terms> powers;
  std::array<double, terms> offset{};
  for (std::size_t i = 0; i < terms; ++i) {
    offset.at(i) =
        sine_cosine(turn_of_turns((2 * static_cast<double>(i) + 1) / (8.0 * terms))).cosine;
    double power = 1;
    for (std::size_t k = 0; k < terms; ++k, power *= offset.at(i) * offset.at(i))
      powers(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(k)) = power;
  }
  const auto solver = powers.fullPivLu();
  for (std::size_t j = 0; j < width / 2; ++j) {
    Eigen::Matrix<double, terms, 1> even;
    Eigen::Matrix<double, terms, 1> odd;
    for (std::size_t i = 0; i < terms; ++i) {
      const double middle = static_cast<double>(j) - 0.5 * static_cast<double>(width) + 0.5;
      const double plus = kernel(middle - 0.5 * offset.at(i));
      const double minus = kernel(middle + 0.5 * offset.at(i));
      even[static_cast<Eigen::Index>(i)] = 0.5 * (plus + minus);
      odd[static_cast<Eigen::Index>(i)] = 0.5 * (plus - minus) / offset.at(i);
    }
    even = solver.solve(even).eval();
    odd = solver.solve(odd).eval();
    for (std::size_t k = 0; k < terms; ++k) {
      const double e = even[static_cast<Eigen::Index>(k)];
      const double o = odd[static_cast<Eigen::Index>(k)];
      kernel_.at(j).at(k) = Quad{e, e, o, o};
    }
  }

  // Cell 0 of the spreading stands for the cell w / 2 - 1 before the period's begin.
  const Turn shift = turn_of_turns((0.5 * static_cast<double>(width) - 1) / cells);
  for (std::size_t h = 0; h <= static_cast<std::size_t>(orders_); ++h)
    shifted_.at(h) = sine_cosine(static_cast<std::int64_t>(h) * shift);
  for (std::size_t half = cells_ / 2; half > 0; half /= 2)
    for (std::size_t k = 0; k < half; ++k) {
      const SineCosine value =
          sine_cosine(turn_of_turns(static_cast<double>(k) / static_cast<double>(2 * half)));
      twiddle_cosine_.at(half + k) = pair_of(value.cosine);
      twiddle_sine_.at(half + k) = Pair{value.sine, -value.sine};
    }
  for (std::size_t k = 0; k < cells_; ++k) {
    std::size_t reversed = 0;
    for (int bit = 0; bit < cell_bits_; ++bit)
      reversed |= ((k >> bit) & 1U) << (cell_bits_ - 1 - bit);
    reversed_.at(k) = reversed;
  }
}

// Adds samples of two channels to the moments of their cells: x s^k for k from 0 on. Two stretches
// by turns, for neighbours often share a cell and would wait for each other.
METERRIG_WIDER_CLONES
void PeriodGrid::gather(const double* first, const double* second, std::size_t count, Turn start,
                        Turn step) {
  const auto add = [&](std::size_t i) {
    const Turn at = start + static_cast<std::int64_t>(i) * step;
    const auto fraction = static_cast<std::int64_t>((at.word << cell_bits_) ^ 0x8000000000000000U);
    const double s = static_cast<double>(fraction) * 0x1p-63;
    const double square = s * s;
    const Quad squares = {square, square, square, square};
    Quad term = Quad{first[i], second[i], first[i], second[i]} * Quad{1, 1, s, s};
    Quad* moment = moments_[at.word >> (64 - cell_bits_)].data();
    for (std::size_t k = 0; k < terms; ++k) {
      moment[k] += term;
      term *= squares;
    }
  };
  const std::size_t half = count / 2;
  for (std::size_t i = 0; i < half; ++i) {
    add(i);
    add(i + half);
  }
  if (count % 2 != 0) add(count - 1);
}

// Every cell's samples onto the cells around it, by the polynomials of the kernel.
METERRIG_WIDER_CLONES
void PeriodGrid::spread() {
  grid_.fill(Pair{0, 0});
  for (std::size_t cell = 0; cell < cells_; ++cell)
    for (std::size_t j = 0; j < width / 2; ++j) {
      Quad sum = kernel_[j][0] * moments_[cell][0];
      for (std::size_t k = 1; k < terms; ++k) sum += kernel_[j][k] * moments_[cell][k];
      const Pair even = {sum[0], sum[1]};
      const Pair odd = {sum[2], sum[3]};
      grid_[cell + j] += even + odd;
      grid_[cell + width - 1 - j] += even - odd;
    }
}

// Takes the cells beyond the period back into it and transforms the pair of channels as the real
// and the imaginary part of one; line k then stands at reversed_[k].
METERRIG_WIDER_CLONES
void PeriodGrid::fold_and_transform() {
  for (std::size_t k = 0; k < width; ++k) grid_[k] += grid_[cells_ + k];
  for (std::size_t half = cells_ / 2; half > 1; half /= 2)
    for (std::size_t block = 0; block < cells_; block += 2 * half)
      for (std::size_t k = 0; k < half; k += 2) {
        Quad a;
        Quad b;
        Quad cosine;
        Quad sine;
        std::memcpy(&a, &grid_[block + k], sizeof(a));
        std::memcpy(&b, &grid_[block + half + k], sizeof(b));
        std::memcpy(&cosine, &twiddle_cosine_[half + k], sizeof(cosine));
        std::memcpy(&sine, &twiddle_sine_[half + k], sizeof(sine));
        const Quad sum = a + b;
        const Quad d = a - b;
        const Quad turned = d * cosine + Quad{d[1], d[0], d[3], d[2]} * sine;
        std::memcpy(&grid_[block + k], &sum, sizeof(sum));
        std::memcpy(&grid_[block + half + k], &turned, sizeof(turned));
      }
  for (std::size_t k = 0; k < cells_; k += 2) {  // a turn of 0
    const Pair a = grid_[k];
    grid_[k] += grid_[k + 1];
    grid_[k + 1] = a - grid_[k + 1];
  }
}

void PeriodGrid::separate(Lines& first, Lines* second) const {
  for (std::size_t h = 0; h <= static_cast<std::size_t>(orders_); ++h) {
    const Pair plus = grid_[reversed_[h]];
    const Pair minus = grid_[reversed_[(cells_ - h) % cells_]];
    const SineCosine turned = shifted_[h];
    const double scale = inverse_transform_[h];
    const auto put = [&](Lines& lines, double x, double y) {
      lines.cosine[h] = scale * (x * turned.cosine - y * turned.sine);
      lines.sine[h] = -scale * (x * turned.sine + y * turned.cosine);
    };
    put(first, 0.5 * (plus[0] + minus[0]), 0.5 * (plus[1] - minus[1]));
    if (second != nullptr) put(*second, 0.5 * (plus[1] + minus[1]), 0.5 * (minus[0] - plus[0]));
  }
  first.sine[0] = 0;
  if (second != nullptr) second->sine[0] = 0;
}

void PeriodGrid::sum(std::span<const double* const> rows, std::size_t count, Turn first, Turn step,
                     std::span<Lines> sums) {
  for (std::size_t row = 0; row < rows.size(); row += 2) {
    const bool mate = row + 1 < rows.size();  // an odd last one is its own
    for (std::size_t cell = 0; cell < cells_; ++cell) moments_[cell].fill(Quad{});
    Turn at = first;
    for (std::size_t start = 0; start < count; start += tile) {
      gather(rows[row] + start, rows[mate ? row + 1 : row] + start, std::min(tile, count - start),
             at, step);
      at = at + static_cast<std::int64_t>(tile) * step;
    }
    spread();
    fold_and_transform();
    sums[row] = {};
    if (mate) sums[row + 1] = {};
    separate(sums[row], mate ? &sums[row + 1] : nullptr);
  }
}

}  // namespace meterrig::reference
