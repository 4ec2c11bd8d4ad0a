// SPDX-License-Identifier: GPL-3.0-or-later
#include "idle_phases.h"

#include <algorithm>

namespace meterrig::campaign {

void silence_idle_phases(reference::MeterReading& reading) {
  constexpr double share = 1e-4;
  Current greatest = ampere(0);
  for (const reference::PhaseReading& phase : reading.phase) greatest = std::max(greatest, phase.i);
  for (reference::PhaseReading& phase : reading.phase) {
    if (phase.i > share * greatest) continue;
    phase.displacement = Angle();
    phase.current_thd = Percent();
  }
}

}  // namespace meterrig::campaign
