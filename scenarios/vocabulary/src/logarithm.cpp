// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/vocabulary/logarithm.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "series.h"

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
  double logarithm = 0;
  logarithm_series(m, static_cast<double>(exponent), logarithm);
  return logarithm;
}

}  // namespace meterrig
