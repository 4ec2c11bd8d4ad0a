// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "meterrig/v1/device.pb.h"
#include "meterrig/v1/standard.pb.h"
#include "meterrig/vocabulary/quantity.h"

namespace meterrig::campaign {

/// The currents that a standard's levels are multiples of, r.m.s., and how they reach the device.
/// Unknown when neither the device declares one nor a relation of the standard gives it.
struct RatedCurrents {
  v1::Circuit circuit = v1::CIRCUIT_DIRECT;
  Current nominal;       ///< In
  Current maximum;       ///< Imax
  Current transitional;  ///< Itr
  Current minimum;       ///< Imin
  Current starting;      ///< Ist
  [[nodiscard]] Current of(v1::CurrentBase base) const;
};

/// What the device declares.
[[nodiscard]] RatedCurrents rated_currents(const v1::Ratings& ratings);
/// The rest from the standard's relations for the class and the device's connection: what an
/// equation says, else the bound itself (the greatest Ist and Imin, the greatest Itr that Imax
/// allows).
[[nodiscard]] RatedCurrents rated_currents(const v1::Ratings& ratings, const v1::Standard& standard,
                                           std::string_view accuracy_class);

/// Relations that the currents do not meet, one sentence each, such as "Imin is 0.6 A; MID.R2 wants
/// at most 0.2 Itr, 0.05 A".
[[nodiscard]] std::vector<std::string> broken_relations(const RatedCurrents& rated,
                                                        const v1::Standard& standard,
                                                        std::string_view accuracy_class);

/// The current that a level means for a device, r.m.s.; unknown when its base is.
[[nodiscard]] Current resolve(const v1::CurrentLevel& level, const RatedCurrents& rated);

}  // namespace meterrig::campaign
