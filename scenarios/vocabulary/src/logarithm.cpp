// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/vocabulary/logarithm.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace meterrig {

double natural_logarithm(double x) {
  if (!(x > 0) || !std::isfinite(x)) return std::numeric_limits<double>::quiet_NaN();
  int exponent = 0;
  if (x < std::numeric_limits<double>::min()) {  // subnormal
    x *= 18014398509481984.0;                    // 2^54
    exponent = -54;
  }
  // x = 2^exponent m with m in [sqrt(1/2), sqrt(2)).
  const auto bits = std::bit_cast<std::uint64_t>(x);
  constexpr std::uint64_t root_half = 0x3fe6a09e667f3bcd;
  const std::uint64_t offset = bits - root_half;
  exponent += static_cast<int>(static_cast<std::int64_t>(offset) >> 52);
  const double m = std::bit_cast<double>((offset & 0xfffffffffffff) + root_half);
  // ln m = 2 artanh s, |s| <= 0.1716: the first term left out is below 1e-18.
  const double s = (m - 1.0) / (m + 1.0);
  const double y = s * s;
  // Two chains of every other term: half the wait of one.
  const double z = y * y;
  const double even =
      1.0 / 3.0 +
      z * (1.0 / 7.0 + z * (1.0 / 11.0 + z * (1.0 / 15.0 + z * (1.0 / 19.0 + z * (1.0 / 23.0)))));
  const double odd =
      1.0 / 5.0 + z * (1.0 / 9.0 + z * (1.0 / 13.0 + z * (1.0 / 17.0 + z * (1.0 / 21.0))));
  const double sum = even + y * odd;
  // ln 2 in two parts, the first short enough that its multiples are exact.
  constexpr double ln2_high = 6.93147180369123816490e-01;
  constexpr double ln2_low = 1.90821492927058770002e-10;
  const double e = exponent;
  return e * ln2_high + (2.0 * s + (2.0 * s * y * sum + e * ln2_low));
}

}  // namespace meterrig
