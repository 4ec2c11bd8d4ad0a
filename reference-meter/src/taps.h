// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "meterrig/vocabulary/wide.h"

#include <array>
#include <cstddef>

namespace meterrig::reference {

inline constexpr std::size_t tap_count = 8;
using TapWeights = std::array<double, tap_count>;

// Sums of weights[k] samples[i + k] over k, by rising k, as many at once as a Vector (Quad, Oct)
// holds; `take` gets the sums from i on, and those of the last vector may have been there before.
// `take_one` gets them when they do not fill one.
template <class Vector, class Take, class TakeOne>
[[gnu::always_inline]] inline void weigh_taps(const TapWeights& weights, const double* samples,
                                              std::size_t count, Take take, TakeOne take_one) {
  constexpr std::size_t together = sizeof(Vector) / sizeof(double);
  const TapWeights w = weights;
  if (count < together) {
    for (std::size_t i = 0; i < count; ++i) {
      double sum = w[0] * samples[i];
      for (std::size_t k = 1; k < tap_count; ++k) sum += w[k] * samples[i + k];
      take_one(i, sum);
    }
    return;
  }
  const auto weigh = [&](std::size_t i) __attribute__((always_inline)) {
    Vector sum;
    load(sum, samples + i);
    sum *= w[0];
    for (std::size_t k = 1; k < tap_count; ++k) {
      Vector sample;
      load(sample, samples + i + k);
      sum += w[k] * sample;
    }
    take(i, sum);
  };
  for (std::size_t i = 0; i + together <= count; i += together) weigh(i);
  if (count % together != 0) weigh(count - together);
}

}  // namespace meterrig::reference
