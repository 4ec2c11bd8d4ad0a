// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "meterrig/report/figures.h"
#include "meterrig/report/point.h"

namespace meterrig::report {

/// A point of which another edition of its standard says something else.
struct OtherEditionPoint {
  const Point* point = nullptr;
  std::string limit;  ///< by the other edition: "±1.0 %"; "no such row"; "1.15 Un for at least ..."
  v1::Outcome outcome{};  ///< by the other edition; unspecified where it cannot be told
};

/// Another edition that the run's points were compared with.
struct OtherEdition {
  std::string name;  ///< "IEC 62053-22:2003"
  std::vector<OtherEditionPoint> points;
};

/// Those in the plan, in its order; points that are the same by them are not listed.
[[nodiscard]] std::vector<OtherEdition> other_editions(const std::vector<Point>& points,
                                                       Signs signs = Signs::print);

/// "By IEC 62053-22:2003 5 of 120 points have another limit, other figures or none; the verdict of
/// none changes."
[[nodiscard]] std::string sentence(const OtherEdition& edition, std::size_t all);

}  // namespace meterrig::report
