// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>
#include <vector>

#include "meterrig/report/figures.h"
#include "meterrig/report/point.h"

namespace meterrig::report {

/// What a search for the worst point came to, at one position for one suite.
struct SearchOutcome {
  std::vector<const Point*> tried;    ///< in their order
  std::vector<const Point*> planned;  ///< what it started from: errors over balanced loads
  const Point* worst = nullptr;       ///< of those tried; null when none says anything
  const Point* worst_planned = nullptr;
};

/// The searches of a run. The points must outlive them.
[[nodiscard]] std::vector<SearchOutcome> searches(std::span<const Point> points);

/// |e| / L in %, whatever the decision rule: what a search goes by. Infinite for a failure without
/// a value, NaN for a point that says nothing about the device.
[[nodiscard]] double share_of_limit(const Point& point);

/// "0.137 A, PF 0.5 ind, 0.9 Un".
[[nodiscard]] std::string place_text(const Point& point);

/// "Searched 40 points, the worst of them at 0.137 A, PF 0.5 ind, 0.9 Un: error 0.42 % (U 0.01 %),
/// limit ±1 %, 42 % of it. The worst planned one, balanced/import/In/1, is at 45 % of its limit."
[[nodiscard]] std::string sentence(const SearchOutcome& search, Signs signs = Signs::print);

}  // namespace meterrig::report
