// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "meterrig/vocabulary/wide.h"

#include <array>
#include <cstddef>
#include <cstring>

namespace meterrig::reference {

inline constexpr std::size_t tap_count = 8;
using TapWeights = std::array<double, tap_count>;

// Sums of weights[k] samples[i + k] over k, by rising k; `take_four` gets sums i to i + 3 and
// `take_one` what is left.
template <class TakeFour, class TakeOne>
[[gnu::always_inline]] inline void weigh_taps(const TapWeights& weights, const double* samples,
                                              std::size_t count, TakeFour take_four,
                                              TakeOne take_one) {
  const TapWeights w = weights;
  std::size_t i = 0;
  for (; i + 4 <= count; i += 4) {
    Quad sum;
    std::memcpy(&sum, samples + i, sizeof(sum));
    sum *= w[0];
    for (std::size_t k = 1; k < tap_count; ++k) {
      Quad sample;
      std::memcpy(&sample, samples + i + k, sizeof(sample));
      sum += w[k] * sample;
    }
    take_four(i, sum);
  }
  for (; i < count; ++i) {
    double sum = w[0] * samples[i];
    for (std::size_t k = 1; k < tap_count; ++k) sum += w[k] * samples[i + k];
    take_one(i, sum);
  }
}

}  // namespace meterrig::reference
