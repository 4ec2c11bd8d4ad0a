// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

#include "meterrig/vocabulary/verdict.h"

namespace meterrig::verdict {

struct PointOutcome {
  Outcome outcome = Outcome::not_run;
  bool explained = false;  ///< not run because nobody asked for it; such a point does not count
};

/// Exit status of `certify`: 1 for any fail or conditional fail; else 3 for any not valid; else 4
/// for any conditional pass, manual or unexplained not run; else 0. A run of which nothing counts
/// has proved nothing: 4. (2, wrong usage or unreadable input, is decided before anything is
/// measured.)
[[nodiscard]] int exit_status(std::span<const PointOutcome> points);

}  // namespace meterrig::verdict
