// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/vocabulary/noise.h"

#include <cmath>

#include "meterrig/vocabulary/logarithm.h"
#include "meterrig/vocabulary/turn.h"

namespace meterrig {
namespace {

struct Product {
  std::uint32_t high;
  std::uint32_t low;
};

Product multiply(std::uint32_t a, std::uint32_t b) {
  const std::uint64_t product = std::uint64_t{a} * b;
  return {static_cast<std::uint32_t>(product >> 32), static_cast<std::uint32_t>(product)};
}

// Two normal variates of two uniform words (Box and Muller 1958).
void box_muller(std::uint32_t radius_word, std::uint32_t angle_word, double* normals) {
  const double uniform = (radius_word + 0.5) * (1.0 / 4294967296.0);
  const double radius = std::sqrt(-2.0 * natural_logarithm(uniform));
  const SineCosine angle = sine_cosine({std::uint64_t{angle_word} << 32});
  normals[0] = radius * angle.cosine;
  normals[1] = radius * angle.sine;
}

}  // namespace

std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const Product a = multiply(0xD2511F53, counter[0]);
    const Product b = multiply(0xCD9E8D57, counter[2]);
    counter = {b.high ^ counter[1] ^ key[0], b.low, a.high ^ counter[3] ^ key[1], a.low};
    key[0] += 0x9E3779B9;
    key[1] += 0xBB67AE85;
  }
  return counter;
}

void add_noise(NoiseChannel noise, std::int64_t first_sample, double deviation,
               std::span<double> values) {
  const std::array<std::uint32_t, 2> key = {static_cast<std::uint32_t>(noise.seed),
                                            static_cast<std::uint32_t>(noise.seed >> 32)};
  auto number = static_cast<std::uint64_t>(first_sample);
  for (std::size_t i = 0; i < values.size();) {
    const std::uint64_t block = number >> 2;
    const auto words = philox4x32({static_cast<std::uint32_t>(block),
                                   static_cast<std::uint32_t>(block >> 32), noise.channel, 0},
                                  key);
    std::array<double, 4> normals{};
    box_muller(words[0], words[1], normals.data());
    box_muller(words[2], words[3], normals.data() + 2);
    for (std::size_t j = number & 3; j < 4 && i < values.size(); ++j, ++i, ++number)
      values[i] += deviation * normals[j];
  }
}

}  // namespace meterrig
