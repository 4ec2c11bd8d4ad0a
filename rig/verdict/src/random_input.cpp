// SPDX-License-Identifier: GPL-3.0-or-later
#include "random_input.h"

#include <array>
#include <cmath>
#include <limits>

#include "meterrig/vocabulary/logarithm.h"
#include "meterrig/vocabulary/noise.h"
#include "meterrig/vocabulary/turn.h"

namespace meterrig::verdict {
namespace {

// In (0, 1), neither end ever: 52 bits and a half.
double uniform(std::uint64_t word) { return (static_cast<double>(word >> 12) + 0.5) * 0x1p-52; }

}  // namespace

RandomWords random_words(std::uint64_t seed, std::uint64_t trial, std::size_t input) {
  // The fourth word keeps apart from NoiseChannel, which leaves it 0.
  constexpr std::uint32_t of_inputs = 0x494e5055;
  const auto words =
      philox4x32({static_cast<std::uint32_t>(trial), static_cast<std::uint32_t>(trial >> 32),
                  static_cast<std::uint32_t>(input), of_inputs},
                 {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)});
  return {std::uint64_t{words[1]} << 32 | words[0], std::uint64_t{words[3]} << 32 | words[2]};
}

double standard_normal(RandomWords words) {
  return std::sqrt(-2.0 * natural_logarithm(uniform(words.first))) *
         sine_cosine({words.second}).cosine;
}

double exponential_less_one(double x) {
  if (x > 709.0) return std::numeric_limits<double>::infinity();
  // x = n ln 2 + r with |r| at most ln 2 / 2; the low part keeps r exact to 1e-17 n.
  constexpr double high = 0x1.62e42fefa38p-1;
  constexpr double low = 0x1.ef35793c7673p-45;
  const double n = std::floor(x / (high + low) + 0.5);
  const double r = (x - n * high) - n * low;
  double series = 0.0;
  for (int k = 18; k >= 1; --k) series = (series + 1.0) * (r / k);
  return std::ldexp(series, static_cast<int>(n)) + (std::ldexp(1.0, static_cast<int>(n)) - 1.0);
}

double draw(const InputQuantity& x, RandomWords words) {
  const double a = x.scale;
  switch (x.distribution) {
    case Distribution::normal:
      return x.centre + a * standard_normal(words);
    case Distribution::rectangular:
      return x.centre + a * (2.0 * uniform(words.first) - 1.0);
    case Distribution::triangular:
      return x.centre + a * (uniform(words.first) + uniform(words.second) - 1.0);
    case Distribution::trapezoidal:
      return x.centre + 0.5 * a *
                            ((1.0 + x.shape) * (2.0 * uniform(words.first) - 1.0) +
                             (1.0 - x.shape) * (2.0 * uniform(words.second) - 1.0));
    case Distribution::curvilinear: {
      const double half_width = a + x.shape * (2.0 * uniform(words.first) - 1.0);
      return x.centre + half_width * (2.0 * uniform(words.second) - 1.0);
    }
    case Distribution::arcsine:
      return x.centre + a * sine_cosine({words.first}).sine;
    case Distribution::exponential:
      return x.centre - a * natural_logarithm(uniform(words.first));
    case Distribution::student: {
      // Bailey 1994: Box and Muller's method for Student's t. With u -> u^(-2/nu) for -2 ln u.
      const double nu = x.degrees_of_freedom;
      if (std::isinf(nu)) return x.centre + a * standard_normal(words);
      const double power =
          exponential_less_one(-2.0 / nu * natural_logarithm(uniform(words.first)));
      return x.centre + a * std::sqrt(nu * power) * sine_cosine({words.second}).cosine;
    }
  }
  return std::numeric_limits<double>::quiet_NaN();
}

}  // namespace meterrig::verdict
