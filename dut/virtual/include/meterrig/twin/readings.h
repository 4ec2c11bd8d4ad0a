// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>

#include "meterrig/vocabulary/element.h"
#include "meterrig/vocabulary/measurand.h"

namespace meterrig::twin {

/// What a simulated meter shows at one moment: a number for every quantity there is, each in
/// unit_symbol(kind_of(measurand)); 0 for what it does not measure.
class Readings {
 public:
  [[nodiscard]] double operator[](QuantityId id) const {
    if (has_order(id.measurand)) return harmonics_[row(id)][static_cast<std::size_t>(id.order)];
    if (id.order > 0) return tariffs_[direction(id)][static_cast<std::size_t>(id.order) - 1];
    return cell(id.measurand)[index(id.place)];
  }
  /// Of a harmonic: in L1, L2 or L3, of an order up to the greatest. Of an energy that
  /// has_tariffs() says, in a tariff: of all phases together.
  double& operator[](QuantityId id) {
    if (has_order(id.measurand)) return harmonics_[row(id)][static_cast<std::size_t>(id.order)];
    if (id.order > 0) return tariffs_[direction(id)][static_cast<std::size_t>(id.order) - 1];
    return values_[static_cast<std::size_t>(id.measurand)][index(id.place)];
  }
  /// Harmonics and distortions, from other readings.
  void take_harmonics(const Readings& other) {
    harmonics_ = other.harmonics_;
    for (const Measurand thd : {Measurand::voltage_thd, Measurand::current_thd})
      values_[static_cast<std::size_t>(thd)] = other.cell(thd);
  }

 private:
  static constexpr std::size_t measurands = static_cast<std::size_t>(Measurand::current_thd) + 1;
  static constexpr std::size_t places = static_cast<std::size_t>(Place::total) + 1;
  static constexpr std::size_t index(Place place) { return static_cast<std::size_t>(place); }
  [[nodiscard]] const std::array<double, places>& cell(Measurand measurand) const {
    return values_[static_cast<std::size_t>(measurand)];
  }
  static constexpr std::size_t row(QuantityId id) {
    return (id.measurand == Measurand::current_harmonic ? phase_count : 0) + index(id.place);
  }
  static constexpr std::size_t direction(QuantityId id) {
    return id.measurand == Measurand::active_energy_export ? 1 : 0;
  }
  std::array<std::array<double, places>, measurands> values_{};
  std::array<std::array<double, greatest_tariff>, 2> tariffs_{};  // import, export
  std::array<std::array<double, greatest_harmonic_order + 1>, 2 * phase_count> harmonics_{};
};

}  // namespace meterrig::twin
