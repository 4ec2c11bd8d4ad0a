// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstring>

#include "pair.h"

namespace meterrig::reference {

inline constexpr std::size_t tap_count = 8;
using TapWeights = std::array<double, tap_count>;

// Sums of weights[k] samples[i + k] over k, by rising k; `take_four` gets sums i to i + 3 and
// `take_one` what is left. Sixteen at once share what they load.
template <class TakeFour, class TakeOne>
[[gnu::always_inline]] inline void weigh_taps(const TapWeights& weights, const double* samples,
                                              std::size_t count, TakeFour take_four,
                                              TakeOne take_one) {
  constexpr std::size_t quads = 4;
  const TapWeights w = weights;
  std::size_t i = 0;
  for (; i + 4 * quads <= count; i += 4 * quads) {
    Quad sum0{};
    Quad sum1{};
    Quad sum2{};
    Quad sum3{};
#pragma GCC unroll 20
    for (std::size_t k = 0; k < tap_count + 4 * (quads - 1); ++k) {
      Quad sample;
      std::memcpy(&sample, samples + i + k, sizeof(sample));
      if (k < tap_count) sum0 += w[k] * sample;
      if (k >= 4 && k < tap_count + 4) sum1 += w[k - 4] * sample;
      if (k >= 8 && k < tap_count + 8) sum2 += w[k - 8] * sample;
      if (k >= 12) sum3 += w[k - 12] * sample;
    }
    take_four(i, sum0);
    take_four(i + 4, sum1);
    take_four(i + 8, sum2);
    take_four(i + 12, sum3);
  }
  for (; i + 4 <= count; i += 4) {
    Quad sum{};
    for (std::size_t k = 0; k < tap_count; ++k) {
      Quad sample;
      std::memcpy(&sample, samples + i + k, sizeof(sample));
      sum += w[k] * sample;
    }
    take_four(i, sum);
  }
  for (; i < count; ++i) {
    double sum = 0;
    for (std::size_t k = 0; k < tap_count; ++k) sum += w[k] * samples[i + k];
    take_one(i, sum);
  }
}

}  // namespace meterrig::reference
