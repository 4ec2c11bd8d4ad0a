// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "meterrig/vocabulary/instant.h"
#include "meterrig/vocabulary/result.h"
#include "meterrig/vocabulary/units.h"

namespace meterrig {

/// What a meter can be asked for. Import is energy to the consumer (IEC 62053-2x).
enum class Measurand : std::uint8_t {
  voltage,
  current,
  active_power,
  reactive_power,
  apparent_power,
  power_factor,
  phase_angle,
  frequency,
  active_energy_import,
  active_energy_export,
  active_energy_total,  ///< import + export
  reactive_energy_import,
  reactive_energy_export,
  reactive_energy_total,
  apparent_energy,
  voltage_thd,       ///< of everything but dc and fundamental, % of the fundamental
  current_thd,       ///< likewise
  voltage_harmonic,  ///< of one order, % of the fundamental
  current_harmonic,  ///< likewise
};

/// Orders that a harmonic quantity can have.
inline constexpr int least_harmonic_order = 2;
inline constexpr int greatest_harmonic_order = 63;
[[nodiscard]] constexpr bool has_order(Measurand measurand) {
  return measurand == Measurand::voltage_harmonic || measurand == Measurand::current_harmonic;
}

/// Tariffs are numbered from 1. These energies may be kept by tariff, of all phases together.
inline constexpr int greatest_tariff = 8;
[[nodiscard]] constexpr bool has_tariffs(Measurand measurand) {
  return measurand == Measurand::active_energy_import ||
         measurand == Measurand::active_energy_export;
}

/// Where: a phase, the neutral, a pair of lines, or all phases together.
enum class Place : std::uint8_t { L1, L2, L3, N, L1_L2, L2_L3, L3_L1, mean, total };

/// A named quantity, such as `active_power.L1`, `frequency.total`, `voltage_harmonic_5.L1` or
/// `active_energy_import_t1.total`.
struct QuantityId {
  Measurand measurand;
  Place place;
  int order = 0;  ///< of a harmonic, or the tariff of an energy; 0 of every other quantity
  friend constexpr bool operator==(QuantityId, QuantityId) = default;
};

[[nodiscard]] std::string to_string(QuantityId id);
/// Errors: invalid_argument that lists what there is.
[[nodiscard]] Result<QuantityId> parse_quantity_id(std::string_view text);
/// The kind whose unit a reading of it has; none for power factor.
[[nodiscard]] QuantityKind kind_of(Measurand measurand);

/// One value that a device gave, in unit_symbol(kind_of(id.measurand)).
struct Reading {
  QuantityId id;
  double value;       ///< NaN when the device has no such value
  double resolution;  ///< least difference between two readings near this value, same unit
  Instant time;       ///< when it was read, on the time base named below
  std::string time_base;
};

}  // namespace meterrig
