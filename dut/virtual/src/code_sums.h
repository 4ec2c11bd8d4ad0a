// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "meterrig/vocabulary/element.h"

namespace meterrig::twin {

// What is summed over samples: for each phase its voltage, current, their product and that of the
// voltage `delay` samples ago with the current; then their squares, those of the line voltages
// L1-L2, L2-L3, L3-L1, and that of the sum of currents.
constexpr std::size_t sum_u(std::size_t phase) { return 4 * phase; }
constexpr std::size_t sum_i(std::size_t phase) { return 4 * phase + 1; }
constexpr std::size_t sum_ui(std::size_t phase) { return 4 * phase + 2; }
constexpr std::size_t sum_qi(std::size_t phase) { return 4 * phase + 3; }
inline constexpr std::size_t product_sum_count = 4 * phase_count;
constexpr std::size_t sum_uu(std::size_t phase) { return product_sum_count + phase; }
constexpr std::size_t sum_ii(std::size_t phase) { return product_sum_count + 3 + phase; }
constexpr std::size_t sum_ll(std::size_t phase) { return product_sum_count + 6 + phase; }
inline constexpr std::size_t sum_nn = product_sum_count + 9;
inline constexpr std::size_t sum_count = sum_nn + 1;

template <class Number>
using Sums = std::array<Number, sum_count>;
template <class Number>
using ProductSums = std::array<Number, product_sum_count>;

/// A stretch of codes of the converter: rows of the voltages, then the currents. `delay` codes
/// before the first of a voltage are there as well.
struct CodeRows {
  std::array<const std::int32_t*, 2 * phase_count> row{};
  std::size_t delay = 0;
  std::size_t count = 0;
};

/// The first sums, which every tick needs.
template <class Number>
void put_product_sums(const CodeRows& codes, ProductSums<Number>& sums) {
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    const std::int32_t* u = codes.row[phase];
    const std::int32_t* late = u - codes.delay;
    const std::int32_t* i = codes.row[phase_count + phase];
    std::int64_t su = 0;
    std::int64_t si = 0;
    Number ui = 0;
    Number qi = 0;
    for (std::size_t k = 0; k < codes.count; ++k) {
      su += u[k];
      si += i[k];
      ui += std::int64_t{u[k]} * i[k];
      qi += std::int64_t{late[k]} * i[k];
    }
    sums[sum_u(phase)] = su;
    sums[sum_i(phase)] = si;
    sums[sum_ui(phase)] = ui;
    sums[sum_qi(phase)] = qi;
  }
}

/// The others, which only a window needs.
template <class Number>
[[gnu::always_inline]] inline void put_square_sums(const CodeRows& codes, Sums<Number>& sums) {
  // 64 bits hold sums of products of narrow codes only, and a sum of three of those fits 32.
  using Code = std::conditional_t<sizeof(Number) == 8, std::int32_t, std::int64_t>;
  for (std::size_t channel = 0; channel < 2 * phase_count; ++channel) {
    const std::int32_t* x = codes.row[channel];
    Number square = 0;
    for (std::size_t k = 0; k < codes.count; ++k) square += std::int64_t{x[k]} * x[k];
    sums[sum_uu(0) + channel] = square;
  }
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    const std::int32_t* from = codes.row[phase];
    const std::int32_t* to = codes.row[(phase + 1) % phase_count];
    Number square = 0;
    for (std::size_t k = 0; k < codes.count; ++k) {
      const Code line = static_cast<Code>(from[k]) - to[k];
      square += static_cast<Number>(line) * line;
    }
    sums[sum_ll(phase)] = square;
  }
  Number square = 0;
  for (std::size_t k = 0; k < codes.count; ++k) {
    const Code neutral = static_cast<Code>(codes.row[3][k]) + codes.row[4][k] + codes.row[5][k];
    square += static_cast<Number>(neutral) * neutral;
  }
  sums[sum_nn] = square;
}

/// The same, as fast as the machine can, for up to 4096 codes of up to 24 bits: 64 bits hold their
/// sums.
void put_narrow_product_sums(const CodeRows& codes, ProductSums<std::int64_t>& sums);
void put_narrow_square_sums(const CodeRows& codes, Sums<std::int64_t>& sums);

}  // namespace meterrig::twin
