// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "meterrig/v1/device.pb.h"

namespace meterrig::loader {

/// Whether an output counts reactive energy; its constant is in imp/kvarh then.
[[nodiscard]] constexpr bool is_reactive(v1::PulseEnergy energy) {
  return energy == v1::PULSE_ENERGY_REACTIVE_IMPORT || energy == v1::PULSE_ENERGY_REACTIVE_EXPORT ||
         energy == v1::PULSE_ENERGY_REACTIVE_TOTAL;
}

}  // namespace meterrig::loader
