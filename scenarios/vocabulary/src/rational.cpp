// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <numeric>
#include <string>

#include "meterrig/vocabulary/rational.h"

namespace meterrig {
namespace {

__extension__ using Wide = __int128;

Result<Rational> reduce(Wide numerator, Wide denominator) {
  if (denominator == 0) return fail(ErrorCode::invalid_argument, "a ratio with denominator 0");
  if (denominator < 0) {
    numerator = -numerator;
    denominator = -denominator;
  }
  Wide a = numerator < 0 ? -numerator : numerator;
  Wide b = denominator;
  while (b != 0) {
    const Wide rest = a % b;
    a = b;
    b = rest;
  }
  if (a == 0) a = 1;
  numerator /= a;
  denominator /= a;
  constexpr Wide limit = INT64_MAX;
  if (numerator > limit || numerator < -limit || denominator > limit)
    return fail(ErrorCode::out_of_range, "a ratio that does not fit 64 bits");
  return Rational{static_cast<std::int64_t>(numerator), static_cast<std::int64_t>(denominator)};
}

}  // namespace

Result<Rational> make_rational(std::int64_t numerator, std::int64_t denominator) {
  return reduce(numerator, denominator);
}

Result<Rational> divide(Rational a, Rational b) {
  return reduce(Wide{a.numerator} * b.denominator, Wide{a.denominator} * b.numerator);
}

Result<Rational> exact_rational(double value) {
  if (!std::isfinite(value)) return fail(ErrorCode::out_of_range, "a number that is not finite");
  // Shortest round-trip digits: d.ddde+xx
  char text[40];
  const auto printed =
      std::to_chars(text, text + sizeof text, value, std::chars_format::scientific);
  std::int64_t digits = 0;
  int decimals = 0;
  bool after_point = false;
  const char* at = text + (text[0] == '-' ? 1 : 0);
  for (; at != printed.ptr && *at != 'e'; ++at) {
    if (*at == '.') {
      after_point = true;
      continue;
    }
    digits = digits * 10 + (*at - '0');  // at most 17 digits
    if (after_point) ++decimals;
  }
  int exponent = 0;
  if (at != printed.ptr) {
    ++at;
    if (*at == '+') ++at;
    std::from_chars(at, printed.ptr, exponent);
  }
  if (text[0] == '-') digits = -digits;
  const int scale = exponent - decimals;
  if (digits == 0) return Rational{0, 1};
  if (scale > 18 || scale < -18)
    return fail(ErrorCode::out_of_range,
                fmt::format("{} does not fit a ratio of whole numbers of 18 digits", value));
  Wide power = 1;
  for (int i = 0; i < std::abs(scale); ++i) power *= 10;
  return scale >= 0 ? reduce(digits * power, 1) : reduce(digits, power);
}

}  // namespace meterrig
