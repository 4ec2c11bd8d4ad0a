// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>

namespace meterrig::reference {

// Sums in four interleaved lanes: the compiler may use vector registers, and the order of summation
// is the same on every machine.
template <class Term>
double sum_in_lanes(std::size_t count, Term term) {
  std::array<double, 4> sum{};
  const std::size_t whole = count / 4 * 4;
  for (std::size_t i = 0; i < whole; i += 4)
    for (std::size_t lane = 0; lane < 4; ++lane) sum[lane] += term(i + lane);
  for (std::size_t i = whole; i < count; ++i) sum[i - whole] += term(i);
  return (sum[0] + sum[2]) + (sum[1] + sum[3]);
}

inline double dot(const double* a, const double* b, std::size_t count) {
  return sum_in_lanes(count, [=](std::size_t i) { return a[i] * b[i]; });
}

inline double dot(const double* a, const double* b, const double* c, std::size_t count) {
  return sum_in_lanes(count, [=](std::size_t i) { return a[i] * b[i] * c[i]; });
}

}  // namespace meterrig::reference
