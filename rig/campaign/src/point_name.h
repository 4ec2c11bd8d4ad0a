// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "meterrig/campaign/inputs.h"

namespace meterrig::campaign {

/// Name of a point in the run. Stable from run to run: prefixes of suite and position only where
/// there is more than one.
[[nodiscard]] std::string point_name(const Inputs& inputs, const v1::Suite& suite,
                                     const v1::Position& position, std::string tail);

}  // namespace meterrig::campaign
