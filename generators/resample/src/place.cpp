// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/resample/place.h"

namespace meterrig::resample {

Place place_of(std::int64_t n, Rational step) {
  __extension__ using Wide = __int128;
  const Wide product = Wide{n} * step.numerator;
  Wide whole = product / step.denominator;
  Wide rest = product % step.denominator;
  if (rest < 0) {
    rest += step.denominator;
    --whole;
  }
  return {static_cast<std::int64_t>(whole),
          static_cast<double>(rest) / static_cast<double>(step.denominator)};
}

}  // namespace meterrig::resample
