// SPDX-License-Identifier: GPL-3.0-or-later
// Errors of harmonics: a chart a test, quantity and unit of the limit, a series for each signal.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "chart_point.h"
#include "meterrig/report/words.h"
#include "meterrig/svg/harmonic_chart.h"
#include "page.h"

namespace meterrig::report {
namespace {

struct Chart {
  const v1::PlannedPoint* first = nullptr;
  svg::HarmonicChart drawn;
  std::map<int, double> limits;  // by order
  std::string absent;
};

bool same_chart(const v1::PlannedPoint& a, const v1::PlannedPoint& b) {
  return a.suite() == b.suite() && a.test() == b.test() && a.position() == b.position() &&
         a.quantity() == b.quantity() && a.limit_unit() == b.limit_unit();
}

std::string signal_of(const v1::PlannedPoint& plan) {
  if (plan.influence().id() == fmt::format("h{}", plan.harmonic_order())) return "each order alone";
  return plan.influence().title();
}

std::string heading_of(const v1::PlannedPoint& plan) {
  std::string heading = plan.test_title().empty() ? plan.test() : plan.test_title();
  append(heading, ": ", plan.quantity() == "voltage_harmonics" ? "voltage" : "current");
  if (plan.limit_basis() == v1::LIMIT_BASIS_NOMINAL)
    append(heading, ", ", "small ones, in % of the rated value");
  return heading;
}

std::vector<Chart> charts_of(const Page& page) {
  std::vector<Chart> charts;
  for (const Point& point : page.points) {
    const v1::PlannedPoint& plan = *point.plan;
    if (plan.procedure() != "quantity" || plan.harmonic_order() == 0) continue;
    auto chart =
        std::ranges::find_if(charts, [&](const Chart& c) { return same_chart(*c.first, plan); });
    if (chart == charts.end()) {
      chart = charts.insert(charts.end(), Chart{});
      chart->first = &plan;
      chart->drawn.y_title = fmt::format("error / {}", plan.limit_unit());
    }
    if (std::isnan(point.value())) {
      append(chart->absent, "; ",
             fmt::format("{} ({})", description(point), word(point.outcome())));
      continue;
    }
    const std::string label = signal_of(plan);
    auto& all = chart->drawn.series;
    auto series = std::ranges::find(all, label, &svg::ChartSeries::label);
    if (series == all.end()) series = all.insert(all.end(), {label, {}});
    series->points.push_back(chart_point(point, plan.harmonic_order()));
    if (point.has_limit()) chart->limits[plan.harmonic_order()] = point.limit().magnitude();
  }
  std::erase_if(charts, [](const Chart& chart) { return chart.drawn.series.empty(); });
  return charts;
}

}  // namespace

void add_harmonics(Part& root, const Page& page) {
  std::vector<Part> parts;
  for (Chart& chart : charts_of(page)) {
    const std::string heading = heading_of(*chart.first);
    chart.drawn.title =
        fmt::format("{}: error over the order with class limits and expanded uncertainty", heading);
    for (const auto& [order, magnitude] : chart.limits)
      chart.drawn.limits.push_back({order - 0.5, order + 0.5, magnitude});
    parts.push_back(Part()
                        .text("harmonics_title", heading)
                        .text("harmonics_svg", svg::draw(chart.drawn))
                        .text("harmonics_absent", chart.absent));
  }
  root.listed("harmonics", parts);
}

}  // namespace meterrig::report
