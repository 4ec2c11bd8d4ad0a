// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig {

/// An exact ratio in lowest terms, denominator above zero. Frequencies and sample rates are held
/// like this so that a phase never drifts (a day at 1 MS/s included).
struct Rational {
  std::int64_t numerator = 0;
  std::int64_t denominator = 1;

  friend constexpr bool operator==(Rational, Rational) = default;
  [[nodiscard]] constexpr double value() const {
    return static_cast<double>(numerator) / static_cast<double>(denominator);
  }
};

/// numerator / denominator in lowest terms. Error: invalid_argument when the denominator is 0.
[[nodiscard]] Result<Rational> make_rational(std::int64_t numerator, std::int64_t denominator);

/// The decimal that the double prints as: 49.98 becomes 2499/50, not its binary neighbour. Errors:
/// out_of_range when it is not finite or does not fit 18 digits.
[[nodiscard]] Result<Rational> exact_rational(double value);

/// a / b in lowest terms. Errors: invalid_argument for b = 0, out_of_range when it does not fit.
[[nodiscard]] Result<Rational> divide(Rational a, Rational b);

}  // namespace meterrig
