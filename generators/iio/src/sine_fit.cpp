// SPDX-License-Identifier: GPL-3.0-or-later
#include "sine_fit.h"

#include <cmath>
#include <cstddef>
#include <numbers>
#include <utility>

namespace meterrig::iio {
namespace {

using Matrix = std::vector<std::vector<double>>;

/// Solves a x = b for a symmetric positive definite a, by elimination.
std::vector<double> solve(Matrix a, std::vector<double> b) {
  const std::size_t n = b.size();
  for (std::size_t k = 0; k < n; ++k)
    for (std::size_t row = k + 1; row < n; ++row) {
      const double factor = a[row][k] / a[k][k];
      for (std::size_t column = k; column < n; ++column) a[row][column] -= factor * a[k][column];
      b[row] -= factor * b[k];
    }
  for (std::size_t k = n; k-- > 0;) {
    for (std::size_t column = k + 1; column < n; ++column) b[k] -= a[k][column] * b[column];
    b[k] /= a[k][k];
  }
  return b;
}

}  // namespace

std::vector<std::complex<double>> fit_sines(std::span<const double> row,
                                            std::span<const double> frequencies) {
  const std::size_t unknowns = 1 + 2 * frequencies.size();
  Matrix normal(unknowns, std::vector<double>(unknowns));
  std::vector<double> right(unknowns);
  std::vector<double> basis(unknowns, 1.0);
  for (std::size_t n = 0; n < row.size(); ++n) {
    for (std::size_t f = 0; f < frequencies.size(); ++f) {
      const double cycles = frequencies[f] * static_cast<double>(n);
      const double angle = 2 * std::numbers::pi * (cycles - std::floor(cycles));
      basis[1 + 2 * f] = std::sin(angle);
      basis[2 + 2 * f] = std::cos(angle);
    }
    for (std::size_t i = 0; i < unknowns; ++i) {
      right[i] += basis[i] * row[n];
      for (std::size_t k = 0; k < unknowns; ++k) normal[i][k] += basis[i] * basis[k];
    }
  }
  const std::vector<double> found = solve(std::move(normal), std::move(right));
  std::vector<std::complex<double>> phasors;
  phasors.reserve(frequencies.size());
  for (std::size_t f = 0; f < frequencies.size(); ++f)
    phasors.emplace_back(found[1 + 2 * f] / std::numbers::sqrt2,
                         found[2 + 2 * f] / std::numbers::sqrt2);
  return phasors;
}

}  // namespace meterrig::iio
