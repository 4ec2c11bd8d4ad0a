// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

#include "meterrig/v1/run.pb.h"

namespace meterrig::campaign {

/// Carries the budget of a result through by simulation (JCGM 101:2008) and notes what it gives.
/// The random numbers follow from the run's seed and the point's name, so that a rerun gives the
/// same. The U of the budget decides whatever this says. Nothing for a result without value or
/// known budget.
void simulate_uncertainty(std::uint64_t run_seed, v1::PointResult& result);

/// What of the simulation does not follow from the budget and its seed; empty when all does, and
/// where there is none.
[[nodiscard]] std::string simulation_disagrees(const v1::PointResult& result);

}  // namespace meterrig::campaign
