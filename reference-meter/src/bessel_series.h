// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace meterrig::reference {

// What the window of Kaiser and Bessel and its transform are made of, by series whose terms are all
// positive: the same bits on every machine.

/// I_0(y) of y^2 >= 0.
inline double bessel(double square) {
  double term = 1;
  double sum = 1;
  for (int k = 1; term > 1e-17 * sum; ++k) {
    term *= 0.25 * square / (static_cast<double>(k) * k);
    sum += term;
  }
  return sum;
}

/// sinh(y) / y of y^2 >= 0.
inline double sinh_ratio(double square) {
  double term = 1;
  double sum = 1;
  for (int k = 1; term > 1e-17 * sum; ++k) {
    term *= square / ((2.0 * k) * (2.0 * k + 1));
    sum += term;
  }
  return sum;
}

}  // namespace meterrig::reference
