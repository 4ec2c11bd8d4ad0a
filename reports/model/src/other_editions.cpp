// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/report/other_editions.h"

#include <fmt/format.h>

#include <algorithm>

#include "meterrig/report/words.h"

namespace meterrig::report {
namespace {

std::string limit_by(const v1::OtherEdition& said, const Point& point, Signs signs) {
  if (!said.difference().empty()) return said.difference();
  if (!said.has_limit()) return "no such row";
  v1::PointResult result;
  *result.mutable_limit() = said.limit();
  result.set_unit(point.unit());
  Point other = point;
  other.result = &result;
  return limit_text(other, signs);
}

v1::Outcome outcome_by(const v1::OtherEdition& said, const Point& point) {
  if (point.result == nullptr) return v1::OUTCOME_UNSPECIFIED;
  for (const v1::OtherVerdict& verdict : point.result->other_verdicts()) {
    if (verdict.edition() == said.edition()) return verdict.outcome();
  }
  return v1::OUTCOME_UNSPECIFIED;
}

}  // namespace

std::vector<OtherEdition> other_editions(const std::vector<Point>& points, Signs signs) {
  std::vector<OtherEdition> editions;
  for (const Point& point : points) {
    for (const v1::OtherEdition& said : point.plan->other_editions()) {
      const std::string name = dated(point.designation(), said.edition());
      auto edition = std::find_if(editions.begin(), editions.end(),
                                  [&](const OtherEdition& known) { return known.name == name; });
      if (edition == editions.end())
        edition = editions.insert(edition, {.name = name, .points = {}});
      edition->points.push_back({.point = &point,
                                 .limit = limit_by(said, point, signs),
                                 .outcome = outcome_by(said, point)});
    }
  }
  return editions;
}

std::string sentence(const OtherEdition& edition, std::size_t all) {
  const auto changed =
      std::count_if(edition.points.begin(), edition.points.end(), [](const OtherEditionPoint& p) {
        return p.outcome != v1::OUTCOME_UNSPECIFIED && p.outcome != p.point->outcome();
      });
  const std::string verdicts = changed == 0   ? "the verdict of none changes"
                               : changed == 1 ? "the verdict of 1 changes"
                                              : fmt::format("the verdicts of {} change", changed);
  return fmt::format("By {} {} of {} points have another limit, other figures or none; {}.",
                     edition.name, edition.points.size(), all, verdicts);
}

}  // namespace meterrig::report
