// SPDX-License-Identifier: GPL-3.0-or-later
#include "even_rate.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdlib>
#include <optional>

namespace meterrig::playback {
namespace {

struct Candidate {
  Rational rate;
  double chance = 0;  ///< how many such numbers an interval of this width holds on average
};

// Walks down the continued fractions of both ends as long as they agree.
std::optional<Rational> simplest_fraction(double lowest, double highest) {
  // Convergents p1/q1 and p0/q0 of the part that the ends share.
  double p0 = 0;
  double q0 = 1;
  double p1 = 1;
  double q1 = 0;
  for (int depth = 0; depth < 40; ++depth) {
    const double whole = std::ceil(lowest);
    const bool last = whole <= highest;
    const double term = last ? whole : std::floor(lowest);
    const double p2 = term * p1 + p0;
    const double q2 = term * q1 + q0;
    if (p2 > 9e15 || q2 > 9e15) return std::nullopt;
    if (last) {
      const auto rate = make_rational(static_cast<std::int64_t>(p2), static_cast<std::int64_t>(q2));
      return rate ? std::optional(*rate) : std::nullopt;
    }
    p0 = p1;
    q0 = q1;
    p1 = p2;
    q1 = q2;
    const double next_highest = 1 / (lowest - term);
    lowest = 1 / (highest - term);
    highest = next_highest;
  }
  return std::nullopt;
}

struct Decimal {
  double value = 0;
  double quantum = 0;  ///< of its last digit
};

std::optional<Decimal> shortest_decimal(double lowest, double highest) {
  const double middle = lowest + (highest - lowest) / 2;
  for (int digits = 0; digits < 17; ++digits) {
    const std::string text = fmt::format("{:.{}e}", middle, digits);
    const double value = std::strtod(text.c_str(), nullptr);
    if (value >= lowest && value <= highest && value > 0)
      return Decimal{value, std::pow(10, std::floor(std::log10(value)) - digits)};
  }
  return std::nullopt;
}

}  // namespace

Result<Rational> even_rate(double lowest, double highest) {
  std::optional<Candidate> best;
  const auto consider = [&](Rational rate, double chance) {
    if (rate.numerator > 0 && (!best || chance < best->chance)) best = {rate, chance};
  };
  const double width = highest - lowest;
  if (const auto fraction = simplest_fraction(lowest, highest)) {
    const auto q = static_cast<double>(fraction->denominator);
    consider(*fraction, width * q * q);
  }
  if (const auto decimal = shortest_decimal(lowest, highest)) {
    const auto rate = exact_rational(decimal->value);
    if (rate) consider(*rate, width / decimal->quantum);
  }
  if (const auto step = shortest_decimal(1 / highest, 1 / lowest)) {
    const auto seconds = exact_rational(step->value);
    if (seconds) {
      const auto rate = divide({1, 1}, *seconds);
      if (rate) consider(*rate, (1 / lowest - 1 / highest) / step->quantum);
    }
  }
  if (best) return best->rate;
  return fail(ErrorCode::out_of_range,
              fmt::format("no rate from {} to {} scans a second fits whole numbers of 18 digits",
                          lowest, highest));
}

}  // namespace meterrig::playback
