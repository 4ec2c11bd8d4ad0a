// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <limits>
#include <vector>

#include "../measurement.h"

namespace meterrig::campaign {

/// Quantities that the device shows and the reference has, read side by side now and then while a
/// signal is played.
///
/// A device shows the mean over about its averaging time A, which ended up to A ago. The reference
/// is read over the A before the reading, and over the A before that: by how much the two differ is
/// how much the device may differ for this reason alone.
class Comparisons {
 public:
  /// Of this device; `averaging` is A.
  Comparisons(const PointContext& context, Duration averaging);
  /// Reads both sides at the present time, at least 2 A after the signal was applied. What the
  /// reference cannot read (nothing periodic) is left out. Error: the link or the bench failed.
  [[nodiscard]] Result<void> observe(PointContext& context, v1::PointResult& result);
  /// Adds what was read at least twice to the result.
  void write(v1::PointResult& result) const;

 private:
  struct Row {
    QuantityId id;
    std::vector<double> differences;
    double device = 0;  // sums
    double reference = 0;
    double reference_uncertainty = 0;  // greatest
    double resolution = 0;
    double change = 0;  // between the two windows
  };
  Duration averaging_;
  std::vector<Row> rows_;
};

/// Adds a comparison of means to the result, all numbers in the unit of the quantity.
void add_comparison(v1::PointResult& result, QuantityId id, double device, double reference,
                    std::uint32_t readings, std::span<const verdict::Contribution> budget);

}  // namespace meterrig::campaign
