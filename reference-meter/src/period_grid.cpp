// SPDX-License-Identifier: GPL-3.0-or-later
#include "period_grid.h"

#include <Eigen/Dense>
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <numbers>

#include "period_window.h"

namespace meterrig::reference {
namespace {

// I_0(y) and sinh(y) / y from y^2 >= 0, by their series: all terms are positive.
double bessel(double square) {
  double term = 1;
  double sum = 1;
  for (int k = 1; term > 1e-17 * sum; ++k) {
    term *= 0.25 * square / (static_cast<double>(k) * k);
    sum += term;
  }
  return sum;
}

double sinh_ratio(double square) {
  double term = 1;
  double sum = 1;
  for (int k = 1; term > 1e-17 * sum; ++k) {
    term *= square / ((2.0 * k) * (2.0 * k + 1));
    sum += term;
  }
  return sum;
}

}  // namespace

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
      even_.at(j).at(k) = Quad{} + even[static_cast<Eigen::Index>(k)];
      odd_.at(j).at(k) = Quad{} + odd[static_cast<Eigen::Index>(k)];
    }
  }

  for (std::size_t k = 0; k < cells_ / 2; ++k) {
    const SineCosine value = sine_cosine(turn_of_turns(static_cast<double>(k) / cells));
    twiddle_cosine_.at(k) = pair_of(value.cosine);
    twiddle_sine_.at(k) = Pair{value.sine, -value.sine};
  }
  for (std::size_t k = 0; k < cells_; ++k) {
    std::size_t reversed = 0;
    for (int bit = 0; bit < cell_bits_; ++bit)
      reversed |= ((k >> bit) & 1U) << (cell_bits_ - 1 - bit);
    reversed_.at(k) = reversed;
  }
}

// Weights of up to `tile` samples, four at a time, each twice side by side.
METERRIG_WIDER_CLONES
void PeriodGrid::weigh(std::size_t count, Turn first, Turn step) {
  for (std::size_t i = 0; i < count; i += 4) {
    Quad s;
    for (std::size_t k = 0; k < 4; ++k) {
      const Turn at = first + static_cast<std::int64_t>(i + k) * step;
      first_cell_[i + k] = static_cast<std::size_t>(at.word >> (64 - cell_bits_));
      const auto fraction =
          static_cast<std::int64_t>((at.word << cell_bits_) ^ 0x8000000000000000U);
      s[k] = static_cast<double>(fraction) * 0x1p-63;
    }
    const Quad square = s * s;
    for (std::size_t j = 0; j < width / 2; ++j) {
      Quad even = even_[j][terms - 1];
      Quad odd = odd_[j][terms - 1];
      for (std::size_t k = terms - 1; k-- > 0;) {
        even = even * square + even_[j][k];
        odd = odd * square + odd_[j][k];
      }
      odd *= s;
      const Quad near = even + odd;
      const Quad far = even - odd;
      for (std::size_t k = 0; k < 4; ++k) {
        weights_[i + k][j] = pair_of(near[k]);
        weights_[i + k][width - 1 - j] = pair_of(far[k]);
      }
    }
  }
}

template <std::size_t Pairs>
[[gnu::always_inline]] inline void PeriodGrid::spread(const double* const* rows,
                                                      std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    std::array<Pair, Pairs> x;
    std::array<Pair*, Pairs> cell;
    for (std::size_t p = 0; p < Pairs; ++p) {
      x[p] = Pair{rows[2 * p][i], rows[2 * p + 1][i]};
      cell[p] = grid_[p].data() + first_cell_[i];
    }
    for (std::size_t j = 0; j < width; j += 2) {
      Quad weight;
      std::memcpy(&weight, &weights_[i][j], sizeof(weight));
      for (std::size_t p = 0; p < Pairs; ++p) {
        Quad cells;
        std::memcpy(&cells, cell[p] + j, sizeof(cells));
        cells += weight * Quad{x[p][0], x[p][1], x[p][0], x[p][1]};
        std::memcpy(cell[p] + j, &cells, sizeof(cells));
      }
    }
  }
}

METERRIG_WIDER_CLONES
void PeriodGrid::spread_group(std::size_t pairs, const double* const* rows, std::size_t count) {
  switch (pairs) {
    case 1:
      return spread<1>(rows, count);
    case 2:
      return spread<2>(rows, count);
    case 3:
      return spread<3>(rows, count);
    default:
      return spread<4>(rows, count);
  }
}

// Takes the cells beyond the period back into it and transforms a pair of channels as the real and
// the imaginary part of one; line k then stands at reversed_[k].
void PeriodGrid::fold_and_transform(Cells& cells) const {
  for (std::size_t k = 0; k < width; ++k) cells[k] += cells[cells_ + k];
  for (std::size_t half = cells_ / 2, stride = 1; half > 0; half /= 2, stride *= 2)
    for (std::size_t block = 0; block < cells_; block += 2 * half)
      for (std::size_t k = 0; k < half; ++k) {
        const Pair a = cells[block + k];
        const Pair b = cells[block + k + half];
        const Pair d = a - b;
        cells[block + k] = a + b;
        const Pair swapped = {d[1], d[0]};
        cells[block + k + half] =
            d * twiddle_cosine_[k * stride] + swapped * twiddle_sine_[k * stride];
      }
}

void PeriodGrid::separate(const Cells& cells, Lines& first, Lines* second) const {
  // Cell 0 of the spreading stands for the cell w / 2 - 1 before the period's begin.
  const Turn shift = turn_of_turns((0.5 * width - 1) / static_cast<double>(cells_));
  for (std::size_t h = 0; h <= static_cast<std::size_t>(orders_); ++h) {
    const Pair plus = cells[reversed_[h]];
    const Pair minus = cells[reversed_[(cells_ - h) % cells_]];
    const SineCosine turned = sine_cosine(static_cast<std::int64_t>(h) * shift);
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
  for (std::size_t done = 0; done < rows.size(); done += 2 * most_pairs) {
    const auto group = rows.subspan(done, std::min(2 * most_pairs, rows.size() - done));
    const std::size_t pairs = (group.size() + 1) / 2;
    for (std::size_t p = 0; p < pairs; ++p)
      std::fill_n(grid_[p].begin(), cells_ + width, Pair{0, 0});
    Turn at = first;
    for (std::size_t start = 0; start < count; start += tile) {
      const std::size_t length = std::min(tile, count - start);
      weigh(length, at, step);
      at = at + static_cast<std::int64_t>(tile) * step;
      std::array<const double*, 2 * most_pairs> from{};
      for (std::size_t r = 0; r < 2 * pairs; ++r)
        from[r] = group[std::min(r, group.size() - 1)] + start;  // an odd last one is its own mate
      spread_group(pairs, from.data(), length);
    }
    for (std::size_t p = 0; p < pairs; ++p) {
      fold_and_transform(grid_[p]);
      const std::size_t row = done + 2 * p;
      Lines* second = row + 1 < rows.size() ? &sums[row + 1] : nullptr;
      sums[row] = {};
      if (second != nullptr) *second = {};
      separate(grid_[p], sums[row], second);
    }
  }
}

}  // namespace meterrig::reference
