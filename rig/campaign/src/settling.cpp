// SPDX-License-Identifier: GPL-3.0-or-later
#include "settling.h"

#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <string_view>

namespace meterrig::campaign {
namespace {

// Procedures that measure at one signal from their begin to their end.
bool is_steady(const v1::PlannedPoint& point) {
  return point.not_run_reason().empty() && !point.has_influence() &&
         (point.procedure() == "intrinsic_error" || point.procedure() == "repeatability" ||
          point.procedure() == "meter_constant");
}

}  // namespace

bool signal_stays(const v1::PlannedPoint& before, const v1::PlannedPoint& point) {
  return is_steady(before) && is_steady(point) && point.repetition() <= 1 &&
         before.position() == point.position() &&
         before.has_ambient_temperature() == point.has_ambient_temperature() &&
         before.ambient_temperature() == point.ambient_temperature() &&
         google::protobuf::util::MessageDifferencer::Equals(before.applied(), point.applied());
}

Duration settling_saved(const Plan& plan) {
  double seconds = 0;
  for (std::size_t i = 1; i < plan.size(); ++i) {
    if (signal_stays(plan[i - 1], plan[i])) seconds += plan[i].settle_s();
  }
  return second(seconds);
}

void put_equal_signals_together(Plan& plan) {
  std::set<std::string_view> needed;  // right before what is compared with them
  for (const v1::PlannedPoint& point : plan) {
    if (point.procedure() == "influence")
      needed.insert(point.of_points().begin(), point.of_points().end());
  }
  for (auto point = plan.begin(); point != plan.end(); ++point) {
    if (needed.contains(point->id())) continue;
    const auto same = std::find_if(
        std::make_reverse_iterator(point), plan.rend(), [&](const v1::PlannedPoint& before) {
          return before.suite() == point->suite() && !needed.contains(before.id()) &&
                 signal_stays(before, *point);
        });
    if (same != plan.rend()) std::rotate(same.base(), point, std::next(point));
  }
}

}  // namespace meterrig::campaign
