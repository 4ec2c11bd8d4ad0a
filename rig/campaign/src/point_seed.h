// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

namespace meterrig::campaign {

/// Seed of the random numbers of a point: it depends on the run's seed and the point's name, not on
/// its place in the plan.
[[nodiscard]] std::uint64_t point_seed(std::uint64_t seed, std::string_view point);

}  // namespace meterrig::campaign
