// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/vocabulary/noise.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "meterrig/vocabulary/wide.h"
#include "series.h"

#if METERRIG_CHOOSES_WIDTH
#include <immintrin.h>
#endif

namespace meterrig {
namespace {

constexpr std::uint32_t first_multiplier = 0xD2511F53;
constexpr std::uint32_t second_multiplier = 0xCD9E8D57;
constexpr std::uint32_t first_weyl = 0x9E3779B9;
constexpr std::uint32_t second_weyl = 0xBB67AE85;
constexpr int rounds = 10;

struct Product {
  std::uint32_t high;
  std::uint32_t low;
};

Product multiply(std::uint32_t a, std::uint32_t b) {
  const std::uint64_t product = std::uint64_t{a} * b;
  return {static_cast<std::uint32_t>(product >> 32), static_cast<std::uint32_t>(product)};
}

// Noise is computed for many blocks of Philox at once, a block in each lane: the operations of
// philox4x32(), natural_logarithm() and sine_cosine() in their order, and so their bits.
constexpr std::size_t tile_blocks = 64;
constexpr std::size_t tile_samples = 4 * tile_blocks;
constexpr std::uint64_t lower_half = 0xffffffff;

template <std::size_t lanes>
struct Lanes {
  typedef double Numbers __attribute__((vector_size(8 * lanes)));
  typedef std::uint64_t Words __attribute__((vector_size(8 * lanes)));
  typedef std::int64_t Signs __attribute__((vector_size(8 * lanes)));
  typedef int Halves __attribute__((vector_size(8 * lanes)));
};

// Products of the lower halves. GCC does not see that the machine has an instruction for them.
template <std::size_t lanes>
[[gnu::always_inline]] inline void multiply(const typename Lanes<lanes>::Words& a, std::uint32_t b,
                                            typename Lanes<lanes>::Words& product) {
  using Words = typename Lanes<lanes>::Words;
#if METERRIG_CHOOSES_WIDTH
  using Halves = typename Lanes<lanes>::Halves;
  const Halves x = reinterpret_cast<Halves>(a);
  const Halves y = reinterpret_cast<Halves>(Words{} + b);
  if constexpr (lanes == 8) {
    using Quotients = long long __attribute__((vector_size(64)));
    product = reinterpret_cast<Words>(__builtin_ia32_pmuludq512_mask(x, y, Quotients{}, 0xff));
  } else if constexpr (lanes == 4) {
    product = reinterpret_cast<Words>(__builtin_ia32_pmuludq256(x, y));
  } else {
    product = reinterpret_cast<Words>(__builtin_ia32_pmuludq128(x, y));
  }
#else
  product = (a & lower_half) * (Words{} + b);
#endif
}

using TileWords = std::array<std::array<std::uint64_t, tile_blocks>, 4>;

// The words of blocks from `first` on, each in the lower half of its place.
template <std::size_t lanes>
[[gnu::always_inline]] inline void philox(NoiseChannel noise, std::uint64_t first,
                                          std::size_t blocks, TileWords& words) {
  using Words = typename Lanes<lanes>::Words;
  Words block{};
  for (std::size_t lane = 0; lane < lanes; ++lane) block[lane] = first + lane;
  for (std::size_t k = 0; k < blocks; k += lanes, block += lanes) {
    Words c0 = block;
    Words c1 = block >> 32;
    Words c2 = Words{} + noise.channel;
    Words c3 = Words{};
    auto key = static_cast<std::uint32_t>(noise.seed);
    auto other_key = static_cast<std::uint32_t>(noise.seed >> 32);
    for (int round = 0; round < rounds; ++round) {
      Words a;
      Words b;
      multiply<lanes>(c0, first_multiplier, a);
      multiply<lanes>(c2, second_multiplier, b);
      c0 = (b >> 32) ^ c1 ^ std::uint64_t{key};
      c1 = b;
      c2 = (a >> 32) ^ c3 ^ std::uint64_t{other_key};
      c3 = a;
      key += first_weyl;
      other_key += second_weyl;
    }
    std::memcpy(&words[0][k], &c0, sizeof(Words));
    std::memcpy(&words[1][k], &c1, sizeof(Words));
    std::memcpy(&words[2][k], &c2, sizeof(Words));
    std::memcpy(&words[3][k], &c3, sizeof(Words));
  }
}

// Two normal variates of two uniform words (Box and Muller 1958).
template <std::size_t lanes>
[[gnu::always_inline]] inline void box_muller(const typename Lanes<lanes>::Words& radius_words,
                                              const typename Lanes<lanes>::Words& angle_words,
                                              typename Lanes<lanes>::Numbers& with_cosine,
                                              typename Lanes<lanes>::Numbers& with_sine) {
  using Numbers = typename Lanes<lanes>::Numbers;
  using Words = typename Lanes<lanes>::Words;
  using Signs = typename Lanes<lanes>::Signs;
  // 2^52 + n has the whole number n < 2^52 as its mantissa.
  constexpr std::uint64_t two_to_52 = 0x4330000000000000;
  constexpr std::uint64_t sign = 0x8000000000000000;

  const Numbers uniform =
      (reinterpret_cast<Numbers>((radius_words & lower_half) | two_to_52) - (0x1p52 - 0.5)) *
      0x1p-32;
  // uniform = 2^exponent m with m in [sqrt(1/2), sqrt(2)).
  constexpr std::uint64_t root_half = 0x3fe6a09e667f3bcd;
  constexpr std::uint64_t bias = 1024;
  const Words offset = reinterpret_cast<Words>(uniform) - root_half;
  const Numbers m = reinterpret_cast<Numbers>((offset & 0xfffffffffffff) + root_half);
  const Numbers exponent =
      reinterpret_cast<Numbers>(((offset + (bias << 52)) >> 52) | two_to_52) - (0x1p52 + bias);
  Numbers logarithm;
  logarithm_series(m, exponent, logarithm);
  const Numbers square = -2.0 * logarithm;
  Numbers radius{};
  for (std::size_t lane = 0; lane < lanes; ++lane) radius[lane] = std::sqrt(square[lane]);

  // The nearest quarter turn, and what is left as a signed fraction.
  const Words turned = angle_words + (std::uint64_t{1} << 29);
  constexpr double radian = 2.0 * 3.14159265358979323846 / 4294967296.0;
  const Numbers x =
      (reinterpret_cast<Numbers>((turned & 0x3fffffff) | two_to_52) - (0x1p52 + 0x1p29)) * radian;
  Numbers s;
  Numbers c;
  sine_series(x, s);
  cosine_series(x, c);
  const Signs odd = reinterpret_cast<Signs>(turned << 33) < 0;  // quarter
  const Words sine_sign = (turned << 32) & sign;
  const Words cosine_sign = ((turned + (std::uint64_t{1} << 30)) << 32) & sign;
  with_cosine =
      radius * reinterpret_cast<Numbers>(reinterpret_cast<Words>(odd ? s : c) ^ cosine_sign);
  with_sine = radius * reinterpret_cast<Numbers>(reinterpret_cast<Words>(odd ? c : s) ^ sine_sign);
}

// add_noise() for samples that lie in tile_blocks blocks from that of the first one.
template <std::size_t lanes>
[[gnu::always_inline]] inline void add_in_lanes(NoiseChannel noise, std::uint64_t first_sample,
                                                double deviation, double* values,
                                                std::size_t count) {
  using Numbers = typename Lanes<lanes>::Numbers;
  using Words = typename Lanes<lanes>::Words;
  const std::size_t skipped = first_sample & 3;
  const std::size_t blocks = (skipped + count + 3) / 4;
  TileWords words;
  philox<lanes>(noise, first_sample >> 2, blocks, words);
  std::array<std::array<double, tile_blocks>, 4> normals;
  for (std::size_t k = 0; k < blocks; k += lanes)
    for (std::size_t j = 0; j < 4; j += 2) {
      Words radius_words;
      Words angle_words;
      std::memcpy(&radius_words, &words[j][k], sizeof(Words));
      std::memcpy(&angle_words, &words[j + 1][k], sizeof(Words));
      Numbers with_cosine;
      Numbers with_sine;
      box_muller<lanes>(radius_words, angle_words, with_cosine, with_sine);
      std::memcpy(&normals[j][k], &with_cosine, sizeof(Numbers));
      std::memcpy(&normals[j + 1][k], &with_sine, sizeof(Numbers));
    }
  std::array<double, tile_samples> in_order;
  for (std::size_t k = 0; k < blocks; ++k)
    for (std::size_t j = 0; j < 4; ++j) in_order[4 * k + j] = normals[j][k];
  const double* const drawn = in_order.data() + skipped;
  for (std::size_t i = 0; i < count; ++i) values[i] += deviation * drawn[i];
}

#if METERRIG_CHOOSES_WIDTH
__attribute__((target("avx512f"))) void add_tile(NoiseChannel noise, std::uint64_t first_sample,
                                                 double deviation, double* values,
                                                 std::size_t count) {
  add_in_lanes<8>(noise, first_sample, deviation, values, count);
}
__attribute__((target("avx2"))) void add_tile(NoiseChannel noise, std::uint64_t first_sample,
                                              double deviation, double* values, std::size_t count) {
  add_in_lanes<4>(noise, first_sample, deviation, values, count);
}
__attribute__((target("default")))
#endif
void add_tile(NoiseChannel noise, std::uint64_t first_sample, double deviation, double* values,
              std::size_t count) {
  add_in_lanes<2>(noise, first_sample, deviation, values, count);
}

}  // namespace

std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < rounds; ++round) {
    const Product a = multiply(first_multiplier, counter[0]);
    const Product b = multiply(second_multiplier, counter[2]);
    counter = {b.high ^ counter[1] ^ key[0], b.low, a.high ^ counter[3] ^ key[1], a.low};
    key[0] += first_weyl;
    key[1] += second_weyl;
  }
  return counter;
}

void add_noise(NoiseChannel noise, std::int64_t first_sample, double deviation,
               std::span<double> values) {
  auto number = static_cast<std::uint64_t>(first_sample);
  while (!values.empty()) {
    const std::size_t count = std::min(values.size(), tile_samples - (number & 3));
    add_tile(noise, number, deviation, values.data(), count);
    number += count;
    values = values.subspan(count);
  }
}

}  // namespace meterrig
