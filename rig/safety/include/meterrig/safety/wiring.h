// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "meterrig/vocabulary/instruments.h"
#include "meterrig/vocabulary/operating_point.h"

namespace meterrig::safety {

/// What is put out to look at the wiring before anything dangerous is: each phase with a voltage
/// and a current of its own, so that a swap shows, at most `voltage` and `current`, at 50 or 60 Hz.
[[nodiscard]] OperatingPoint wiring_point(Frequency frequency, Voltage voltage, Current current);

/// What a reference that reads `seen` while wiring_point() is out says of the wiring: a sentence
/// for each fault, naming the wire. Empty when all is as it should be. Finds a voltage circuit that
/// is shorted or open, a current circuit that is open, voltages or currents on another phase, a
/// current reversed, a reversed phase order, and a neutral that is open.
[[nodiscard]] std::vector<std::string> wiring_faults(const OperatingPoint& out,
                                                     const ReferenceValues& seen);

}  // namespace meterrig::safety
