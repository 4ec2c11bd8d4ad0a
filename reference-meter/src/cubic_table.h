// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

namespace meterrig::reference {

/// A smooth function by cubics, each through four points of its cell. Of a function that changes
/// like exp(s x) it leaves (s h)^4 / 1944 of its value, h the width of a cell.
class CubicTable {
 public:
  CubicTable() = default;
  /// `value` is asked for rising places.
  template <class Function>
  CubicTable(double from, double to, std::size_t cells, Function value)
      : from_(from), per_unit_(static_cast<double>(cells) / (to - from)), cells_(cells) {
    double x = from;
    double first = value(x);
    for (std::size_t i = 0; i < cells; ++i) {
      std::array<double, 4> y{first, 0, 0, 0};
      for (std::size_t k = 1; k < 4; ++k) {
        x = from + (static_cast<double>(i) + static_cast<double>(k) / 3) / per_unit_;
        y.at(k) = value(x);
      }
      cells_[i] = {y[0], -5.5 * y[0] + 9 * y[1] - 4.5 * y[2] + y[3],
                   9 * y[0] - 22.5 * y[1] + 18 * y[2] - 4.5 * y[3],
                   -4.5 * y[0] + 13.5 * y[1] - 13.5 * y[2] + 4.5 * y[3]};
      first = y[3];
    }
  }

  [[nodiscard]] double at(double x) const {
    const double place = (x - from_) * per_unit_;
    const auto cell = std::min(static_cast<std::size_t>(std::max(place, 0.0)), cells_.size() - 1);
    const double part = place - static_cast<double>(cell);
    const std::array<double, 4>& c = cells_[cell];
    return c[0] + part * (c[1] + part * (c[2] + part * c[3]));
  }

 private:
  double from_ = 0;
  double per_unit_ = 1;
  std::vector<std::array<double, 4>> cells_;
};

}  // namespace meterrig::reference
