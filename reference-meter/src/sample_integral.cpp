// SPDX-License-Identifier: GPL-3.0-or-later
#include "sample_integral.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "meterrig/vocabulary/wide.h"

namespace meterrig::reference {
namespace {

// Gauss and Legendre, 8 points on [-1, 1] (Abramowitz and Stegun, table 25.4): exact to degree 15.
constexpr std::array<double, 4> gauss_point = {0.1834346424956498, 0.5255324099163290,
                                               0.7966664774136267, 0.9602898564975363};
constexpr std::array<double, 4> gauss_weight = {0.3626837833783620, 0.3137066458778873,
                                                0.2223810344533745, 0.1012285362903763};

constexpr std::size_t most_nodes = 2 * reach;

// At row j and column k the distance k - j of two nodes, and whether they are the same.
struct Distances {
  std::array<std::array<double, most_nodes>, most_nodes> distance{};
  std::array<std::array<std::int64_t, most_nodes>, most_nodes> same{};
};

constexpr Distances distances = [] {
  Distances made;
  for (std::size_t j = 0; j < most_nodes; ++j)
    for (std::size_t k = 0; k < most_nodes; ++k) {
      made.distance[j][k] = static_cast<double>(k) - static_cast<double>(j);
      made.same[j][k] = j == k ? -1 : 0;
    }
  return made;
}();

// Adds the integrals over [from, to] of the Lagrange polynomials of the nodes 0, 1, ..., at most
// most_nodes, to `weights`.
METERRIG_WIDER_CLONES
void add_lagrange_integrals(double from, double to, std::span<double> weights) {
  const double half = 0.5 * (to - from);
  const double middle = 0.5 * (to + from);
  const Quad one = {1, 1, 1, 1};
  for (std::size_t g = 0; g < 8; ++g) {
    const double sign = g < 4 ? -1 : 1;
    const double t = middle + sign * half * gauss_point[g & 3];
    const double scale = half * gauss_weight[g & 3];
    for (std::size_t first = 0; first < weights.size(); first += 4) {
      Quad value = {scale, scale, scale, scale};
      for (std::size_t j = 0; j < weights.size(); ++j) {
        Quad distance;
        decltype(distance < distance) same;
        std::memcpy(&distance, &distances.distance[j][first], sizeof(distance));
        std::memcpy(&same, &distances.same[j][first], sizeof(same));
        const Quad factor = (t - static_cast<double>(j)) / distance;
        value *= same ? one : factor;
      }
      for (std::size_t k = first; k < std::min(first + 4, weights.size()); ++k)
        weights[k] += value[k - first];
    }
  }
}

// Weights at a whole sample: sample n + k is in all whole intervals before n whose stencil has it.
StepWeights weights_at_sample() {
  StepWeights interval{};
  add_lagrange_integrals(reach - 1, reach, interval);
  StepWeights weights{};
  double sum = 0;
  for (std::size_t k = weights.size(); k-- > 0;) {
    weights[k] = sum;
    sum += interval[k];
  }
  return weights;
}

}  // namespace

StepWeights step_weights(double part) {
  static const StepWeights at_sample = weights_at_sample();
  StepWeights weights = at_sample;
  if (part > 0) add_lagrange_integrals(reach - 1, reach - 1 + part, weights);
  return weights;
}

double integral_near_end(std::span<const double> samples, double from, double to) {
  constexpr std::size_t most = 6;
  const std::size_t size = std::min(most, samples.size());
  if (size < 2) return size == 0 ? 0 : samples[0] * (to - from);
  double sum = 0;
  while (from < to) {
    const double whole = std::floor(from);
    const double last = static_cast<double>(samples.size() - size);
    const double stencil = std::clamp(whole - 2, 0.0, last);
    const double until = std::min(whole + 1, to);
    std::array<double, most> weights{};
    add_lagrange_integrals(from - stencil, until - stencil, std::span(weights).first(size));
    for (std::size_t k = 0; k < size; ++k)
      sum += weights[k] * samples[static_cast<std::size_t>(stencil) + k];
    from = until;
  }
  return sum;
}

}  // namespace meterrig::reference
