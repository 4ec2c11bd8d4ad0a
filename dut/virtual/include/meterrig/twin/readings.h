// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>

#include "meterrig/vocabulary/measurand.h"

namespace meterrig::twin {

/// What a simulated meter shows at one moment: a number for every quantity there is, each in
/// unit_symbol(kind_of(measurand)); 0 for what it does not measure.
class Readings {
 public:
  [[nodiscard]] double operator[](QuantityId id) const {
    return cell(id.measurand)[index(id.place)];
  }
  double& operator[](QuantityId id) {
    return values_[static_cast<std::size_t>(id.measurand)][index(id.place)];
  }

 private:
  static constexpr std::size_t measurands =
      static_cast<std::size_t>(Measurand::apparent_energy) + 1;
  static constexpr std::size_t places = static_cast<std::size_t>(Place::total) + 1;
  static constexpr std::size_t index(Place place) { return static_cast<std::size_t>(place); }
  [[nodiscard]] const std::array<double, places>& cell(Measurand measurand) const {
    return values_[static_cast<std::size_t>(measurand)];
  }
  std::array<std::array<double, places>, measurands> values_{};
};

}  // namespace meterrig::twin
