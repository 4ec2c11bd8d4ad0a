// SPDX-License-Identifier: GPL-3.0-or-later
// The error curves: a chart a test, direction and phase, a series a power factor.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "chart_point.h"
#include "meterrig/report/figures.h"
#include "meterrig/report/words.h"
#include "meterrig/svg/error_chart.h"
#include "page.h"

namespace meterrig::report {
namespace {

struct Curve {
  std::string heading;
  std::string suite;
  std::vector<std::pair<std::string, std::vector<const Point*>>> series;  ///< by power factor
};

std::vector<Curve> curves_of(const Page& page) {
  std::vector<Curve> curves;
  for (const Point& point : page.points) {
    const v1::PlannedPoint& plan = *point.plan;
    if (plan.procedure() != "intrinsic_error" || !(plan.current_over_nominal() > 0)) continue;
    if (!plan.influence_title().empty()) continue;  // one of many at one load
    std::string heading = plan.test_title().empty() ? plan.test() : plan.test_title();
    if (!plan.phase().empty()) append(heading, ", ", plan.phase());
    if (!word(plan.direction()).empty()) append(heading, ", ", word(plan.direction()));
    auto curve = std::ranges::find_if(
        curves, [&](const Curve& c) { return c.heading == heading && c.suite == plan.suite(); });
    if (curve == curves.end()) curve = curves.insert(curves.end(), {heading, plan.suite(), {}});
    const std::string& label = plan.power_factor_label();
    auto series =
        std::ranges::find_if(curve->series, [&](const auto& s) { return s.first == label; });
    if (series == curve->series.end())
      series = curve->series.insert(curve->series.end(), {label, {}});
    series->second.push_back(&point);
  }
  return curves;
}

/// In multiples of In; 0 without a device's ratings.
double over_nominal(const v1::CurrentLevel& level, const v1::Ratings& ratings) {
  if (level.base() != v1::CURRENT_BASE_MAXIMUM) return level.factor();
  return ratings.nominal_current() > 0
             ? level.factor() * ratings.maximum_current() / ratings.nominal_current()
             : 0;
}

/// Where the limit of a series changes: at the borders of the standard's rows; for a row that the
/// header does not hold, from its first point to its last.
std::vector<svg::LimitStep> steps_of(const std::vector<const Point*>& points,
                                     const v1::RunHeader& header) {
  std::map<std::string, svg::LimitStep> by_row;
  for (const Point* point : points) {
    if (!point->has_limit()) continue;
    const double x = point->plan->current_over_nominal();
    const std::string& row_id = point->limit().row();
    svg::LimitStep step{x, x, point->limit().magnitude()};
    if (point->standard != nullptr) {
      for (const v1::ErrorRow& row : point->standard->error_rows()) {
        if (row.id() != row_id) continue;
        step.from = over_nominal(row.from(), header.device().ratings());
        step.to =
            over_nominal(row.has_below() ? row.below() : row.up_to(), header.device().ratings());
      }
    }
    const auto [at, added] = by_row.emplace(row_id, step);
    if (added) continue;
    at->second.from = std::min(at->second.from, step.from);
    at->second.to = std::max(at->second.to, step.to);
  }
  std::vector<svg::LimitStep> steps;
  steps.reserve(by_row.size());
  for (const auto& [id, step] : by_row) steps.push_back(step);
  std::ranges::stable_sort(steps, {}, &svg::LimitStep::from);
  return steps;
}

bool same(const std::vector<svg::LimitStep>& a, const std::vector<svg::LimitStep>& b) {
  return std::ranges::equal(a, b, [](const svg::LimitStep& x, const svg::LimitStep& y) {
    return x.from == y.from && x.to == y.to && x.magnitude == y.magnitude;
  });
}

svg::ErrorChart chart_of(const Curve& curve, const v1::RunHeader& header) {
  const v1::Ratings& ratings = header.device().ratings();
  svg::ErrorChart chart;
  chart.title = fmt::format("{}: error over current with class limits and expanded uncertainty",
                            curve.heading);
  chart.x_title =
      ratings.nominal_current() > 0
          ? fmt::format("current I / In, logarithmic (In = {} A)", plain(ratings.nominal_current()))
          : "current I / In, logarithmic";
  chart.y_title = "error / %";
  std::map<double, std::string> ticks;
  for (const auto& [label, points] : curve.series) {
    svg::ChartSeries series;
    series.label = label.empty() ? "error" : fmt::format("PF {}", power_factor_text(label));
    for (const Point* point : points) {
      const double x = point->plan->current_over_nominal();
      ticks.emplace(x, plain(x));
      series.points.push_back(chart_point(*point, x));
    }
    chart.series.push_back(series);
    const std::vector<svg::LimitStep> steps = steps_of(points, header);
    if (steps.empty()) continue;
    const std::string name = label.empty() ? "" : power_factor_text(label);
    const auto shared = std::ranges::find_if(
        chart.envelopes, [&](const svg::Envelope& e) { return same(e.steps, steps); });
    if (shared != chart.envelopes.end()) {
      append(shared->label, ", ", name);
    } else {
      chart.envelopes.push_back({fmt::format("PF {}", name), steps});
    }
  }
  for (const auto& [x, label] : ticks) chart.ticks.push_back({x, label});
  chart.marks.push_back({1, "In"});
  if (ratings.nominal_current() > 0 && ratings.maximum_current() > 0) {
    chart.marks.push_back({ratings.maximum_current() / ratings.nominal_current(), "Imax"});
  }
  return chart;
}

}  // namespace

void add_curves(Part& root, const Page& page) {
  std::vector<Part> curves;
  for (const Curve& curve : curves_of(page)) {
    std::string absent;
    for (const auto& [label, points] : curve.series) {
      for (const Point* point : points) {
        if (!std::isnan(point->value())) continue;
        append(absent, "; ", fmt::format("{} ({})", description(*point), word(point->outcome())));
      }
    }
    curves.push_back(Part()
                         .text("curve_title", curve.heading)
                         .text("curve_svg", svg::draw(chart_of(curve, page.run.header())))
                         .text("curve_absent", absent));
  }
  root.listed("curves", curves);
}

}  // namespace meterrig::report
