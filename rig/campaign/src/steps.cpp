// SPDX-License-Identifier: GPL-3.0-or-later
#include "steps.h"

#include <algorithm>
#include <set>

namespace meterrig::campaign {

void put_steps_first(Plan& plan) {
  const auto is_step = [](const v1::PlannedPoint& point) { return point.step(); };
  const auto points = std::stable_partition(plan.begin(), plan.end(), is_step);
  const auto longest = std::max_element(plan.begin(), points, [](const auto& a, const auto& b) {
    return a.duration_s() < b.duration_s();
  });
  if (longest == points) return;
  std::iter_swap(plan.begin(), longest);
  plan.erase(plan.begin() + 1, points);
}

std::vector<std::string> steps_before(const Plan& plan, const std::vector<std::string>& points) {
  const std::set<std::string_view> names(points.begin(), points.end());
  std::set<std::string_view> positions;
  for (const v1::PlannedPoint& point : plan) {
    if (names.contains(point.id())) positions.insert(point.position());
  }
  std::vector<std::string> steps;
  for (const v1::PlannedPoint& point : plan) {
    if (point.step() && !names.contains(point.id()) && positions.contains(point.position()))
      steps.push_back(point.id());
  }
  return steps;
}

}  // namespace meterrig::campaign
