// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "meterrig/vocabulary/quantity.h"

namespace meterrig::reference {

// What is not known counts as none.
inline double known_or_none(double value) { return value == value ? value : 0.0; }

inline double fraction(Percent value) { return value.known() ? value.in(percent) / 100.0 : 0.0; }

inline double turns(Angle angle) { return angle.known() ? angle.in(degree) / 360.0 : 0.0; }

}  // namespace meterrig::reference
