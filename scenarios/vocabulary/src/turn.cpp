// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/vocabulary/turn.h"

#include <array>
#include <cmath>

#include "series.h"

namespace meterrig {
namespace {

constexpr double pi = 3.14159265358979323846;

// Arc tangent on [0, 1]: two half-angle steps bring it to |x| <= tan(pi/16), where twelve terms of
// the series leave 1e-17.
double arc_tangent(double x) {
  for (int i = 0; i < 2; ++i) x = x / (1.0 + std::sqrt(1.0 + x * x));
  const double y = x * x;
  double sum = 0;
  for (int k = 12; k >= 1; --k) sum = y * (1.0 / (2 * k + 1) - sum);
  return 4.0 * (x - x * sum);
}

}  // namespace

Turn turn_of(Angle angle) {
  const double turns = angle.in(degree) / 360.0;
  const double fraction = turns - std::floor(turns);                   // [0, 1]
  const double high = std::floor(fraction * 4294967296.0);             // upper 32 bits
  const double low = (fraction * 4294967296.0 - high) * 4294967296.0;  // exact difference
  return {(static_cast<std::uint64_t>(high) << 32) +
          static_cast<std::uint64_t>(std::nearbyint(low))};
}

Angle angle_of(Turn turn) {
  const auto signed_word = static_cast<std::int64_t>(turn.word);
  const double degrees = static_cast<double>(signed_word) * (360.0 / 18446744073709551616.0);
  return degree(degrees == -180.0 ? 180.0 : degrees);
}

SineCosine sine_cosine(Turn turn) {
  // The nearest quarter turn, and what is left as a signed fraction.
  const std::uint64_t quarter = (turn.word + (std::uint64_t{1} << 61)) >> 62;
  const auto rest = static_cast<std::int64_t>(turn.word - (quarter << 62));
  const double x = static_cast<double>(rest) * (2.0 * pi / 18446744073709551616.0);
  double s = 0;
  double c = 0;
  sine_series(x, s);
  cosine_series(x, c);
  switch (quarter & 3) {
    case 0:
      return {s, c};
    case 1:
      return {c, -s};
    case 2:
      return {-s, -c};
    default:
      return {-c, s};
  }
}

Angle angle_of_point(double x, double y) {
  const double ax = std::abs(x);
  const double ay = std::abs(y);
  if (ax == 0 && ay == 0) return degree(0);
  double angle = ay <= ax ? arc_tangent(ay / ax) : pi / 2 - arc_tangent(ax / ay);
  if (x < 0) angle = pi - angle;
  if (y < 0) angle = -angle;
  const double degrees = angle * (180.0 / pi);
  return degree(degrees <= -180.0 ? 180.0 : degrees);
}

PhaseStepper::PhaseStepper(Rational cycles_per_sample, std::int64_t first_sample)
    : denominator_(static_cast<std::uint64_t>(cycles_per_sample.denominator)) {
  __extension__ using Wide = unsigned __int128;
  const auto numerator = static_cast<std::uint64_t>(cycles_per_sample.numerator);
  const std::int64_t q = cycles_per_sample.denominator;
  const auto n = static_cast<std::uint64_t>(((first_sample % q) + q) % q);
  const auto cycles = static_cast<std::uint64_t>(Wide{numerator % denominator_} * n % denominator_);
  const auto split = [this](std::uint64_t part, std::uint64_t& word, std::uint64_t& rest) {
    const Wide scaled = Wide{part} << 64;
    word = static_cast<std::uint64_t>(scaled / denominator_);
    rest = static_cast<std::uint64_t>(scaled % denominator_);
  };
  split(cycles, word_, remainder_);
  split(numerator % denominator_, word_step_, remainder_step_);
}

}  // namespace meterrig
