// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/vocabulary/noise.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "meterrig/vocabulary/logarithm.h"

using namespace meterrig;

BOOST_AUTO_TEST_SUITE(noise)

// Known answers of Random123, the library of the paper's authors: kat_vectors, philox4x32 10.
BOOST_AUTO_TEST_CASE(philox_gives_the_published_vectors) {
  using Words = std::array<std::uint32_t, 4>;
  constexpr std::uint32_t ones = 0xffffffff;
  BOOST_TEST(
      (philox4x32({0, 0, 0, 0}, {0, 0}) == Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  BOOST_TEST((philox4x32({ones, ones, ones, ones}, {ones, ones}) ==
              Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  BOOST_TEST(
      (philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
       Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

// Oracle: the C library in extended precision.
BOOST_AUTO_TEST_CASE(logarithm_agrees_with_extended_precision) {
  std::mt19937_64 random(3);
  std::uniform_real_distribution<double> exponent(-300, 300);
  double worst = 0;
  const auto compare = [&worst](double x) {
    const long double expected = std::log(static_cast<long double>(x));
    const double difference = static_cast<double>(natural_logarithm(x) - expected);
    worst = std::max(worst, std::abs(difference / static_cast<double>(expected)));
  };
  for (int i = 0; i < 100000; ++i) compare(std::pow(10.0, exponent(random)));
  for (int i = 0; i < 100000; ++i) compare(0.5 + static_cast<double>(random() >> 11) * 0x1p-53);
  compare(5e-324);
  compare(std::numeric_limits<double>::max());
  BOOST_TEST(worst < 4.5e-16);  // 2 ulp
  BOOST_TEST(natural_logarithm(1.0) == 0.0);
  BOOST_TEST(std::isnan(natural_logarithm(0.0)));
  BOOST_TEST(std::isnan(natural_logarithm(-1.0)));
  BOOST_TEST(std::isnan(natural_logarithm(std::numeric_limits<double>::infinity())));
}

// Five standard deviations of each estimate: mean 1/sqrt(N), variance sqrt(2/N), fourth moment
// sqrt(96/N), correlation 1/sqrt(N).
BOOST_AUTO_TEST_CASE(noise_is_normal_and_white_and_channels_are_independent) {
  constexpr std::size_t count = 1000000;
  std::vector<double> a(count);
  std::vector<double> b(count);
  add_noise({.seed = 42, .channel = 0}, 0, 1.0, a);
  add_noise({.seed = 42, .channel = 1}, 0, 1.0, b);
  double mean = 0;
  double square = 0;
  double fourth = 0;
  double cross = 0;
  std::array<double, 8> lag{};
  for (std::size_t i = 0; i < count; ++i) {
    mean += a[i];
    square += a[i] * a[i];
    fourth += a[i] * a[i] * a[i] * a[i];
    cross += a[i] * b[i];
    for (std::size_t k = 1; k <= lag.size() && k <= i; ++k) lag[k - 1] += a[i] * a[i - k];
  }
  const double n = count;
  BOOST_TEST(std::abs(mean / n) < 5 / std::sqrt(n));
  BOOST_TEST(std::abs(square / n - 1) < 5 * std::sqrt(2 / n));
  BOOST_TEST(std::abs(fourth / n - 3) < 5 * std::sqrt(96 / n));
  BOOST_TEST(std::abs(cross / n) < 5 / std::sqrt(n));
  for (const double sum : lag) BOOST_TEST(std::abs(sum / n) < 5 / std::sqrt(n));
}

BOOST_AUTO_TEST_CASE(a_noise_sample_does_not_depend_on_the_block) {
  const NoiseChannel channel{.seed = 0x123456789abcdef0, .channel = 5};
  const std::int64_t day = 86400LL * 1000000;
  std::vector<double> whole(1000);
  add_noise(channel, day, 2.5, whole);
  std::vector<double> cut(1000);
  std::size_t at = 0;
  for (const std::size_t size : {1U, 2U, 3U, 5U, 7U, 500U, 482U}) {
    add_noise(channel, day + static_cast<std::int64_t>(at), 2.5, std::span(cut).subspan(at, size));
    at += size;
  }
  BOOST_TEST(at == cut.size());
  BOOST_TEST(cut == whole, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
