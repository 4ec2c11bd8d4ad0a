// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "meterrig/verdict/measurement_model.h"

namespace meterrig::verdict {

/// The distribution of a line of a budget about 0. One with degrees of freedom is Student's t
/// whatever it says; one whose shape a budget lacks is normal.
[[nodiscard]] InputQuantity input_of(const Contribution& line);

}  // namespace meterrig::verdict
