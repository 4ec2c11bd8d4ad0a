// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "period_grid.h"

namespace meterrig::reference {

/// Orders that a fit at this frequency takes: up to 63, below 0.45 of the rate; 0 when there are
/// fewer samples than a fit needs.
[[nodiscard]] int orders_of(double cycles, std::size_t count);

/// Finds the frequency of a block of samples near one that is known: 18 ns a sample and step, where
/// measure_frequency() takes 300.
class FrequencyTracker {
 public:
  /// Cycles a sample at which the residual of the fit of all harmonics holds nothing that another
  /// frequency of the fundamental would explain (Gauss and Newton): with r the residual and
  /// g = d fit / d w of the fundamental alone, r . g = 0. Every step leaves about 6 / (pi m)^2 of
  /// the error over m periods. It ends when the next step is 1e-10 rad at the block's ends or less,
  /// or a twentieth of the residual at most, so that a wave that is not periodic is not chased.
  /// None when it does not settle within a tenth of `cycles`, or when the fundamental carries less
  /// than a tenth of what alternates.
  [[nodiscard]] std::optional<double> track(std::span<const double> samples, double cycles);

 private:
  std::optional<PeriodGrid> grid_;
  std::vector<double> ramped_;  // samples times their time, -1 to 1
};

}  // namespace meterrig::reference
