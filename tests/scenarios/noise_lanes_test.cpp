// SPDX-License-Identifier: GPL-3.0-or-later
// Noise is computed in lanes as wide as the machine's registers. Here it is held, to the bit,
// against its definition, sample by sample from the scalar functions.
#include <bit>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>
#include <vector>

#include "meterrig/vocabulary/logarithm.h"
#include "meterrig/vocabulary/noise.h"
#include "meterrig/vocabulary/turn.h"

using namespace meterrig;

namespace {

double normal_of_words(std::uint32_t radius_word, std::uint32_t angle_word, bool with_sine) {
  const double uniform = (radius_word + 0.5) * (1.0 / 4294967296.0);
  const SineCosine angle = sine_cosine({std::uint64_t{angle_word} << 32});
  return std::sqrt(-2.0 * natural_logarithm(uniform)) * (with_sine ? angle.sine : angle.cosine);
}

double normal_at(NoiseChannel noise, std::uint64_t sample) {
  const std::uint64_t block = sample >> 2;
  const auto words = philox4x32(
      {static_cast<std::uint32_t>(block), static_cast<std::uint32_t>(block >> 32), noise.channel,
       0},
      {static_cast<std::uint32_t>(noise.seed), static_cast<std::uint32_t>(noise.seed >> 32)});
  const std::size_t pair = sample & 2;
  return normal_of_words(words.at(pair), words.at(pair + 1), (sample & 1) != 0);
}

// Of the samples from `first` on, those whose bits differ from the definition.
std::size_t wrong_samples(NoiseChannel noise, std::uint64_t first, std::size_t length,
                          double deviation) {
  std::vector<double> values(length);
  for (std::size_t i = 0; i < length; ++i) values[i] = static_cast<double>(i) - 100;
  add_noise(noise, static_cast<std::int64_t>(first), deviation, values);
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < length; ++i) {
    const double expected = static_cast<double>(i) - 100 + deviation * normal_at(noise, first + i);
    if (std::bit_cast<std::uint64_t>(values[i]) != std::bit_cast<std::uint64_t>(expected)) ++wrong;
  }
  return wrong;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(noise_lanes)

BOOST_AUTO_TEST_CASE(any_stretch_of_any_channel_has_the_bits_of_the_definition) {
  std::mt19937_64 random(11);
  std::size_t compared = 0;
  for (int i = 0; i < 2000; ++i) {
    const NoiseChannel noise{.seed = random(), .channel = static_cast<std::uint32_t>(random())};
    const std::uint64_t first = random() >> (1 + random() % 63);
    const std::size_t length = random() % 1100;
    const double deviation = std::ldexp(static_cast<double>(random() >> 11), -50);
    BOOST_TEST_CONTEXT("seed " << noise.seed << " channel " << noise.channel << " samples " << first
                               << " + " << length) {
      BOOST_TEST(wrong_samples(noise, first, length, deviation) == 0U);
    }
    compared += length;
  }
  BOOST_TEST(compared > 1000000U);
}

BOOST_AUTO_TEST_CASE(every_short_length_at_every_place_in_a_block_has_the_bits_of_the_definition) {
  const NoiseChannel noise{.seed = 7, .channel = 3};
  for (std::uint64_t first = 0; first < 9; ++first)
    for (std::size_t length = 0; length <= 40; ++length)
      BOOST_TEST(wrong_samples(noise, first, length, 1.5) == 0U);
}

// The block's number passes from its lower word into the upper one between two lanes.
BOOST_AUTO_TEST_CASE(blocks_on_both_sides_of_the_end_of_a_word_have_the_bits_of_the_definition) {
  const NoiseChannel noise{.seed = 0xffffffffffffffff, .channel = 0xffffffff};
  for (std::uint64_t before = 0; before < 300; before += 7)
    BOOST_TEST(wrong_samples(noise, (std::uint64_t{1} << 34) - before, 600, 1) == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
