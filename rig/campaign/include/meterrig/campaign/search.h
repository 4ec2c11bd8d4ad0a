// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

#include "meterrig/campaign/inputs.h"
#include "meterrig/campaign/plan.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::campaign {

/// Test of the points that a search adds to the plan: "search/1", "search/2" and so on.
inline constexpr const char* search_test = "search";

/// What a search for the worst point adds to a plan, at most.
struct SearchScale {
  int points = 0;  ///< of all positions and standards
  Duration time;   ///< on the bench's time base, as far as one can say before the first result
};

/// A search at each position for each standard and class, of `points` points each, looks between
/// the least and the greatest current, power factor, voltage, frequency and harmonics that the
/// standard's rows test for the point where |e| / L is greatest. L is the limit of the load plus
/// those of the shifts that the place is subject to. It starts from what was measured as planned.
/// Errors: failed_precondition when no suite tests the error over a balanced load with a method
/// that is fine enough, or when one has a test that is called as the search is.
[[nodiscard]] Result<SearchScale> scale_of_search(const Inputs& inputs, const Plan& plan,
                                                  std::uint64_t seed, int points);

}  // namespace meterrig::campaign
