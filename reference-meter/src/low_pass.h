// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "meterrig/vocabulary/element.h"

namespace meterrig::reference {

/// Low pass of three channels in sections of the first and second order, by the bilinear transform
/// without prewarping. Anti-alias filter, and the capacitance behind a divider.
class LowPass {
 public:
  /// Lets everything through.
  LowPass() = default;
  /// Butterworth of an order of 1 to 8, the corner in cycles a sample; any above 0.
  LowPass(int order, double corner);

  [[nodiscard]] bool empty() const { return sections_.empty(); }
  void reset();
  /// Filters `count` samples of each row in place.
  void filter(const PerPhase<double*>& rows, std::size_t count);

 private:
  // b (1 + z^-1)^2 / (1 + a1 z^-1 + a2 z^-2), or b (1 + z^-1) / (1 + a1 z^-1)
  struct Section {
    double b = 0;
    double b_twice = 0;  // b of the first order
    double b_last = 0;   // 0 of the first order
    double a1 = 0;
    double a2 = 0;
    PerPhase<std::array<double, 2>> state{};
  };
  std::vector<Section> sections_;
};

}  // namespace meterrig::reference
