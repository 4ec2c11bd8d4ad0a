// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cmath>

namespace meterrig::reference {

/// A sum that keeps what rounding loses (Neumaier 1974): its error does not grow with its length.
class CompensatedSum {
 public:
  void add(double value) {
    const double next = sum_ + value;
    lost_ += std::abs(sum_) >= std::abs(value) ? (sum_ - next) + value : (value - next) + sum_;
    sum_ = next;
  }
  [[nodiscard]] double value() const { return sum_ + lost_; }

 private:
  double sum_ = 0;
  double lost_ = 0;
};

}  // namespace meterrig::reference
