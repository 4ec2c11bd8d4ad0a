// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "meterrig/campaign/bench.h"
#include "meterrig/campaign/inputs.h"

namespace meterrig::campaign {

/// Of a bench in software, as its file and the device's profile have it. Error: out_of_range for a
/// sample rate with too many digits.
[[nodiscard]] Result<SimulatedBenchSettings> simulated_settings(const Inputs& inputs);

}  // namespace meterrig::campaign
