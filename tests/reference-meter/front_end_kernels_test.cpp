// SPDX-License-Identifier: GPL-3.0-or-later
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

#include "converter.h"
#include "period_window.h"
#include "transformer_table.h"

using namespace meterrig;
using namespace meterrig::reference;

namespace {

std::vector<double> random_row(std::mt19937_64& random, std::size_t count, double scale) {
  std::uniform_real_distribution<double> uniform(-scale, scale);
  std::vector<double> row(count);
  for (double& value : row) value = uniform(random);
  return row;
}

std::int32_t nearest_code(double value, const Scale& scale) {
  const double scaled = scale.gain * value + scale.offset;
  if (!(scaled < scale.full)) return static_cast<std::int32_t>(scale.full);
  if (!(scaled > -scale.full)) return static_cast<std::int32_t>(-scale.full);
  return static_cast<std::int32_t>(std::nearbyint(scaled));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(front_end_kernels)

// Of any number of values, so that whatever comes in fours and what is left are both seen.
BOOST_AUTO_TEST_CASE(codes_are_the_nearest_with_halves_to_even_within_full_scale) {
  std::mt19937_64 random(1);
  for (std::size_t count = 0; count < 40; ++count) {
    std::vector<double> values = random_row(random, count, 3);
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    constexpr double infinity = std::numeric_limits<double>::infinity();
    const std::vector<double> special{0.5 / 64,  1.5 / 64, -0.5 / 64, -2.5 / 64, nan,
                                      -infinity, infinity, 2.5 / 64,  -0.0,      127.0 / 64};
    for (std::size_t i = 0; i < count; i += 2) values[i] = special[(i / 2 + count) % 10];
    for (const Scale& scale : {Scale{.gain = 64, .offset = 0, .full = 127},
                               Scale{.gain = -63.7, .offset = 0.3, .full = 2047}}) {
      std::vector<std::int32_t> codes(count + 1, 77);
      quantise(values.data(), count, scale, codes.data());
      for (std::size_t i = 0; i < count; ++i)
        BOOST_TEST(codes[i] == nearest_code(values[i], scale));
      BOOST_TEST(codes[count] == 77);
    }
  }
}

BOOST_AUTO_TEST_CASE(codes_of_weighted_taps_are_those_of_their_sums) {
  std::mt19937_64 random(2);
  const std::vector<double> row = random_row(random, 60, 1);
  const std::vector<double> drawn = random_row(random, tap_count, 1);
  TapWeights weights{};
  std::copy(drawn.begin(), drawn.end(), weights.begin());
  const Scale scale{.gain = 1e6, .offset = 10, .full = 2e6};
  for (std::size_t count = 0; count + tap_count <= row.size(); ++count) {
    std::vector<std::int32_t> codes(count + 1, 77);
    quantise_taps(weights, row.data(), count, scale, codes.data());
    for (std::size_t i = 0; i < count; ++i) {
      double sum = 0;
      for (std::size_t k = 0; k < tap_count; ++k) sum += weights[k] * row[i + k];
      BOOST_TEST(codes[i] == nearest_code(sum, scale));
    }
    BOOST_TEST(codes[count] == 77);
  }
}

BOOST_AUTO_TEST_CASE(squares_of_a_period_add_up_to_the_same_bits_however_they_are_cut) {
  std::mt19937_64 random(3);
  const std::size_t count = 997;
  const PerPhase<std::vector<double>> rows{
      random_row(random, count, 1), random_row(random, count, 9), random_row(random, count, 100)};
  const auto from = [&rows](std::size_t i) {
    return PerPhase<const double*>{rows[0].data() + i, rows[1].data() + i, rows[2].data() + i};
  };
  const Turn first = turn_of_turns(0.0003);
  const Turn step = turn_of_turns(1.0 / 1000);
  PerPhase<SquareSums> whole{};
  add_squares(from(0), count, 0, first, step, whole);
  for (const std::size_t cut : {1U, 2U, 3U, 5U, 50U, 333U}) {
    PerPhase<SquareSums> sums{};
    for (std::size_t i = 0; i < count; i += cut)
      add_squares(from(i), std::min<std::size_t>(cut, count - i), i,
                  first + static_cast<std::int64_t>(i) * step, step, sums);
    for (std::size_t p = 0; p < phase_count; ++p) {
      BOOST_TEST(sums[p].square == whole[p].square);
      BOOST_TEST(sums[p].rising == whole[p].rising);
    }
  }
  // Against the plain sums; 997 additions round by 1e-13 at most.
  for (std::size_t p = 0; p < phase_count; ++p) {
    long double square = 0;
    long double rising = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const long double squared = static_cast<long double>(rows[p][i]) * rows[p][i];
      square += squared;
      rising += (0.0003L + static_cast<long double>(i) / 1000) * squared;
    }
    const auto sum = [](const std::array<double, square_lanes>& lanes) {
      return std::accumulate(lanes.begin(), lanes.end(), 0.0);
    };
    BOOST_TEST(std::abs(sum(whole[p].square) / static_cast<double>(square) - 1) < 1e-13);
    BOOST_TEST(std::abs(sum(whole[p].rising) / static_cast<double>(rising) - 1) < 1e-13);
  }
}

BOOST_AUTO_TEST_SUITE_END()
