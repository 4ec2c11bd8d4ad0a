// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "meterrig/vocabulary/element.h"
#include "meterrig/vocabulary/quantity.h"

namespace meterrig {

/// Steady sinusoidal voltages and currents at the meter's terminals, as a test point names them.
struct OperatingPoint {
  Frequency frequency;
  PerPhase<Voltage> voltage;      ///< r.m.s., line to neutral
  PerPhase<Angle> voltage_angle;  ///< 0, -120, 120 deg in the normal sequence L1-L2-L3
  PerPhase<Current> current;      ///< r.m.s.; 0 A for an open circuit
  PerPhase<Angle>
      displacement;  ///< phi = phi_u - phi_i; positive when the current lags; +180 deg for export
};

}  // namespace meterrig
