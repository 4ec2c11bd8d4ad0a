// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "meterrig/vocabulary/operating_point.h"

namespace meterrig::safety {

/// For people and the journal: "50 Hz, L1 230 V 5 A 60 deg, L2 ...".
[[nodiscard]] std::string text_of(const OperatingPoint& point);

}  // namespace meterrig::safety
