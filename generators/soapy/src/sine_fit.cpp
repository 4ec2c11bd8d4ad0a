// SPDX-License-Identifier: GPL-3.0-or-later
#include "sine_fit.h"

#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <numeric>
#include <vector>

namespace meterrig::soapy {
namespace {

constexpr double two_pi = 2 * std::numbers::pi;

// |sum of values e^(-j w n)|^2, by Goertzel's recursion.
double power_at(std::span<const double> values, double cycles_per_sample) {
  const double coefficient = 2 * std::cos(two_pi * cycles_per_sample);
  double previous = 0;
  double before = 0;
  for (const double value : values) {
    const double next = value + coefficient * previous - before;
    before = previous;
    previous = next;
  }
  return previous * previous + before * before - coefficient * previous * before;
}

// Of three linear equations with a symmetric, positive definite matrix.
std::array<double, 3> solve(std::array<std::array<double, 4>, 3> rows) {
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = i + 1; j < 3; ++j) {
      const double factor = rows[j][i] / rows[i][i];
      for (std::size_t k = i; k < 4; ++k) rows[j][k] -= factor * rows[i][k];
    }
  }
  std::array<double, 3> solution{};
  for (std::size_t i = 3; i-- > 0;) {
    double rest = rows[i][3];
    for (std::size_t k = i + 1; k < 3; ++k) rest -= rows[i][k] * solution[k];
    solution[i] = rest / rows[i][i];
  }
  return solution;
}

}  // namespace

double strongest_line(std::span<const double> values) {
  const auto count = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
  std::vector<double> windowed(values.size());
  for (std::size_t n = 0; n < values.size(); ++n)
    windowed[n] =
        (values[n] - mean) * (0.5 - 0.5 * std::cos(two_pi * static_cast<double>(n) / count));
  // The window spreads what is left of the mean over two lines.
  std::size_t best = 2;
  double most = -1;
  for (std::size_t line = 2; line <= values.size() / 4; ++line) {
    const double power = power_at(windowed, static_cast<double>(line) / count);
    if (power <= most) continue;
    best = line;
    most = power;
  }
  // Golden section: the lobe has one maximum within a line of its greatest line.
  double low = (static_cast<double>(best) - 1) / count;
  double high = (static_cast<double>(best) + 1) / count;
  const double section = 1 / std::numbers::phi;
  for (int i = 0; i < 40; ++i) {
    const double left = high - section * (high - low);
    const double right = low + section * (high - low);
    if (power_at(windowed, left) > power_at(windowed, right))
      high = right;
    else
      low = left;
  }
  return (low + high) / 2;
}

SineFit fit_sine(std::span<const double> values, double cycles_per_sample) {
  std::array<std::array<double, 4>, 3> rows{};
  for (std::size_t n = 0; n < values.size(); ++n) {
    const double angle = two_pi * cycles_per_sample * static_cast<double>(n);
    const std::array<double, 4> terms{1, std::sin(angle), std::cos(angle), values[n]};
    for (std::size_t i = 0; i < 3; ++i)
      for (std::size_t k = 0; k < 4; ++k) rows[i][k] += terms[i] * terms[k];
  }
  const std::array<double, 3> solution = solve(rows);
  return {.mean = solution[0],
          .amplitude = std::hypot(solution[1], solution[2]),
          .cycles_per_sample = cycles_per_sample};
}

}  // namespace meterrig::soapy
