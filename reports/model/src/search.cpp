// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/report/search.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "meterrig/report/words.h"
#include "meterrig/verdict/limit_range.h"

namespace meterrig::report {
namespace {

bool is_searched(const Point& point) { return point.plan->procedure() == "search"; }

/// The first of the greatest share.
const Point* worst_of(const std::vector<const Point*>& points) {
  const Point* worst = nullptr;
  for (const Point* point : points) {
    const double share = share_of_limit(*point);
    if (std::isnan(share)) continue;
    if (worst == nullptr || share > share_of_limit(*worst)) worst = point;
  }
  return worst;
}

bool may_start(const Point& planned, const Point& searched) {
  return planned.plan->procedure() == "intrinsic_error" &&
         planned.plan->load() == v1::LOAD_BALANCED &&
         planned.plan->direction() == searched.plan->direction() &&
         planned.plan->position() == searched.plan->position() &&
         planned.standard == searched.standard && planned.suite != nullptr &&
         searched.suite != nullptr &&
         planned.suite->accuracy_class() == searched.suite->accuracy_class();
}

std::string error_text(const Point& point, Signs signs) {
  const Figures text = figures(point, signs);
  if (text.value.empty()) return point.reason();
  return fmt::format("error {} (U {}), limit {}, {} of it", with_unit(text.value, point),
                     with_unit(text.uncertainty, point), limit_text(point, signs),
                     percent_text(share_of_limit(point)));
}

}  // namespace

double share_of_limit(const Point& point) {
  switch (point.outcome()) {
    case v1::OUTCOME_NOT_VALID:
    case v1::OUTCOME_NOT_RUN:
      return std::numeric_limits<double>::quiet_NaN();
    default:
      break;
  }
  if (std::isnan(point.value()))
    return is_failure(point.outcome()) ? std::numeric_limits<double>::infinity()
                                       : std::numeric_limits<double>::quiet_NaN();
  return 100 * verdict::share_of_limit(point.value(), point.limit());
}

std::string place_text(const Point& point) {
  const v1::PlannedPoint& plan = *point.plan;
  std::string text = plan.current_label();
  append(text, ", ",
         fmt::format("{} {}", plan.energy() == v1::ENERGY_REACTIVE ? "sin phi" : "PF",
                     power_factor_text(plan.power_factor_label())));
  if (!plan.influence().title().empty()) append(text, ", ", plan.influence().title());
  return text;
}

std::vector<SearchOutcome> searches(std::span<const Point> points) {
  std::vector<SearchOutcome> found;
  for (const Point& point : points) {
    if (!is_searched(point)) continue;
    const auto same = std::ranges::find_if(found, [&](const SearchOutcome& search) {
      return search.tried.front()->plan->suite() == point.plan->suite() &&
             search.tried.front()->plan->position() == point.plan->position();
    });
    if (same == found.end()) {
      found.emplace_back().tried.push_back(&point);
    } else {
      same->tried.push_back(&point);
    }
  }
  for (SearchOutcome& search : found) {
    for (const Point& point : points) {
      if (may_start(point, *search.tried.front())) search.planned.push_back(&point);
    }
    search.worst = worst_of(search.tried);
    search.worst_planned = worst_of(search.planned);
  }
  return found;
}

std::string sentence(const SearchOutcome& search, Signs signs) {
  std::string text =
      fmt::format("Searched {} point{}", search.tried.size(), search.tried.size() == 1 ? "" : "s");
  text += search.worst == nullptr
              ? std::string(", none of which says anything about the device.")
              : fmt::format(", the worst of them at {}: {}.", place_text(*search.worst),
                            error_text(*search.worst, signs));
  if (search.worst_planned != nullptr)
    text +=
        fmt::format(" The worst planned one, {}, is at {} of its limit.", search.worst_planned->id,
                    percent_text(share_of_limit(*search.worst_planned)));
  return text;
}

}  // namespace meterrig::report
