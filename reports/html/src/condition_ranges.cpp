// SPDX-License-Identifier: GPL-3.0-or-later
// Reference conditions over the time of the points: minimum, mean and maximum of each.
#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "meterrig/report/figures.h"
#include "page.h"

namespace meterrig::report {
namespace {

std::string number(double value) { return fmt::format("{:.6g}", value); }

bool has_limits(const v1::ConditionRange& range) {
  return range.has_least() || range.has_greatest();
}

bool same_limits(const v1::ConditionRange& a, const v1::ConditionRange& b) {
  const auto limits = [](const v1::ConditionRange& range) {
    return std::tuple(range.quantity(), range.has_least(), range.least(), range.has_greatest(),
                      range.greatest());
  };
  return limits(a) == limits(b);
}

std::string allowed(const v1::ConditionRange& range) {
  if (range.has_least() && range.has_greatest())
    return fmt::format("{} to {}", number(range.least()), number(range.greatest()));
  return range.has_greatest() ? fmt::format("up to {}", number(range.greatest())) : "";
}

bool held(const v1::ConditionRange& range) {
  return !(range.has_least() && range.minimum() < range.least()) &&
         !(range.has_greatest() && range.maximum() > range.greatest());
}

Part row(const v1::ConditionRange& range) {
  return Part()
      .text("range_quantity", range.quantity())
      .text("range_unit", range.unit())
      .text("range_minimum", number(range.minimum()))
      .text("range_mean", number(range.mean()))
      .text("range_maximum", number(range.maximum()))
      .text("range_allowed", allowed(range))
      .text("range_samples", std::to_string(range.samples()))
      .flag("range_broken", !held(range))
      .flag("range_held", has_limits(range) && held(range));
}

/// One condition over all points that have the same limits for it.
struct Extreme {
  v1::ConditionRange range;
  const Point* lowest = nullptr;
  const Point* highest = nullptr;

  void take(const v1::ConditionRange& more, const Point& at) {
    const int samples = range.samples() + more.samples();
    if (lowest == nullptr || more.minimum() < range.minimum()) {
      range.set_minimum(more.minimum());
      lowest = &at;
    }
    if (highest == nullptr || more.maximum() > range.maximum()) {
      range.set_maximum(more.maximum());
      highest = &at;
    }
    range.set_mean((range.mean() * range.samples() + more.mean() * more.samples()) / samples);
    range.set_samples(samples);
  }
};

}  // namespace

std::vector<Part> condition_ranges(const v1::PointResult& result) {
  std::vector<Part> rows;
  for (const v1::ConditionRange& range : result.conditions().ranges()) rows.push_back(row(range));
  return rows;
}

void add_condition_extremes(Part& root, const Page& page) {
  std::vector<Extreme> extremes;
  const auto of = [&extremes](const v1::ConditionRange& range) {
    return std::find_if(extremes.begin(), extremes.end(),
                        [&](const Extreme& known) { return same_limits(known.range, range); });
  };
  // What an influence changes has limits of its own, and its own place with its point.
  for (const Point& point : page.points) {
    if (point.result == nullptr || point.plan->has_influence()) continue;
    for (const v1::ConditionRange& range : point.result->conditions().ranges()) {
      if (!has_limits(range) || range.samples() == 0 || of(range) != extremes.end()) continue;
      Extreme& fresh = extremes.emplace_back();
      fresh.range = range;
      fresh.range.set_samples(0);
    }
  }
  for (const Point& point : page.points) {
    if (point.result == nullptr) continue;
    for (const v1::ConditionRange& range : point.result->conditions().ranges()) {
      const auto known = of(range);
      if (range.samples() > 0 && known != extremes.end()) known->take(range, point);
    }
  }
  std::vector<Part> rows;
  rows.reserve(extremes.size());
  for (const Extreme& extreme : extremes)
    rows.push_back(row(extreme.range)
                       .text("lowest_point", page.number(*extreme.lowest))
                       .text("lowest_anchor", page.anchor(*extreme.lowest))
                       .text("highest_point", page.number(*extreme.highest))
                       .text("highest_anchor", page.anchor(*extreme.highest)));
  root.listed("extremes", rows);
}

}  // namespace meterrig::report
