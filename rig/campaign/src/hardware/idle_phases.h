// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "meterrig/reference/meter.h"

namespace meterrig::campaign {

/// A phase whose current is below a ten-thousandth of the greatest carries none: what an instrument
/// reads of it is its own noise. Its displacement and distortion become unknown.
void silence_idle_phases(reference::MeterReading& reading);

}  // namespace meterrig::campaign
