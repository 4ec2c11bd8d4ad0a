// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

#include "meterrig/vocabulary/operating_point.h"

namespace meterrig::scpi::simulator {

/// What somebody did wrong between the source and the terminals of meter and reference.
enum class WiringFault : std::uint8_t {
  none,
  voltages_exchanged,  ///< of L2 and L3: the phase order
  currents_exchanged,  ///< of L1 and L2
  current_reversed,    ///< of L2: K and L
  current_open,        ///< of L3
  voltage_shorted,     ///< of L1; a source that limits its current goes on
  neutral_open,        ///< equal impedances then make the star point
};

inline constexpr std::array<std::pair<std::string_view, WiringFault>, 7> wiring_faults{
    {{"none", WiringFault::none},
     {"voltages-exchanged", WiringFault::voltages_exchanged},
     {"currents-exchanged", WiringFault::currents_exchanged},
     {"current-reversed", WiringFault::current_reversed},
     {"current-open", WiringFault::current_open},
     {"voltage-shorted", WiringFault::voltage_shorted},
     {"neutral-open", WiringFault::neutral_open}}};

/// What arrives of `source` at the terminals.
[[nodiscard]] OperatingPoint at_terminals(const OperatingPoint& source, WiringFault fault);

}  // namespace meterrig::scpi::simulator
