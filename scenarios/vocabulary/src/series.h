// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace meterrig {

// Series of natural_logarithm() and sine_cosine() for a double or a vector of them: the same
// operations in the same order, so the same bits. By reference, because how a function takes a
// vector differs from machine to machine; inlined, so that it is compiled for its caller's machine.

/// ln(2^exponent m) for m in [sqrt(1/2), sqrt(2)).
template <class Number>
[[gnu::always_inline]] inline void logarithm_series(const Number& m, const Number& exponent,
                                                    Number& logarithm) {
  // ln m = 2 artanh s, |s| <= 0.1716: the first term left out is below 1e-18.
  const Number s = (m - 1.0) / (m + 1.0);
  const Number y = s * s;
  // Two chains of every other term: half the wait of one.
  const Number z = y * y;
  const Number even =
      1.0 / 3.0 +
      z * (1.0 / 7.0 + z * (1.0 / 11.0 + z * (1.0 / 15.0 + z * (1.0 / 19.0 + z * (1.0 / 23.0)))));
  const Number odd =
      1.0 / 5.0 + z * (1.0 / 9.0 + z * (1.0 / 13.0 + z * (1.0 / 17.0 + z * (1.0 / 21.0))));
  const Number sum = even + y * odd;
  // ln 2 in two parts, the first short enough that its multiples are exact.
  constexpr double ln2_high = 6.93147180369123816490e-01;
  constexpr double ln2_low = 1.90821492927058770002e-10;
  logarithm = exponent * ln2_high + (2.0 * s + (2.0 * s * y * sum + exponent * ln2_low));
}

// Taylor series about 0; on |x| <= pi/4 the first term left out is below 2e-19 (sine), 5e-18
// (cosine).
template <class Number>
[[gnu::always_inline]] inline void sine_series(const Number& x, Number& sine) {
  const Number y = x * x;
  Number sum = y * (1.0 / 355687428096000.0) - 1.0 / 1307674368000.0;
  sum = sum * y + 1.0 / 6227020800.0;
  sum = sum * y - 1.0 / 39916800.0;
  sum = sum * y + 1.0 / 362880.0;
  sum = sum * y - 1.0 / 5040.0;
  sum = sum * y + 1.0 / 120.0;
  sum = sum * y - 1.0 / 6.0;
  sine = x + x * y * sum;
}

template <class Number>
[[gnu::always_inline]] inline void cosine_series(const Number& x, Number& cosine) {
  const Number y = x * x;
  Number sum = y * (1.0 / 20922789888000.0) - 1.0 / 87178291200.0;
  sum = sum * y + 1.0 / 479001600.0;
  sum = sum * y - 1.0 / 3628800.0;
  sum = sum * y + 1.0 / 40320.0;
  sum = sum * y - 1.0 / 720.0;
  sum = sum * y + 1.0 / 24.0;
  cosine = 1.0 - (0.5 * y - y * y * sum);
}

}  // namespace meterrig
