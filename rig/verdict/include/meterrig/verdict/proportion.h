// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace meterrig::verdict {

/// From 0 to 1; both NaN when unknown.
struct ProportionInterval {
  double lowest;
  double highest;
};

/// Two-sided interval for the probability of what happened `hits` times in `trials` independent
/// trials: it holds the true one with at least `confidence`, whatever that is (Clopper and Pearson,
/// Biometrika 26 (1934) 404). Unknown for no trials, more hits than trials, or a confidence outside
/// 0 to 1.
[[nodiscard]] ProportionInterval clopper_pearson(std::int64_t hits, std::int64_t trials,
                                                 double confidence);

}  // namespace meterrig::verdict
