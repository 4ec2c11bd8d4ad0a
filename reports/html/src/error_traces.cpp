// SPDX-License-Identifier: GPL-3.0-or-later
// The error over the time of a point that follows it, such as self-heating.
#include <fmt/format.h>

#include <cmath>

#include "meterrig/report/words.h"
#include "meterrig/svg/waveform_chart.h"
#include "page.h"

namespace meterrig::report {

std::vector<Part> error_traces(const std::vector<Point>& points) {
  std::vector<Part> parts;
  for (const Point& point : points) {
    if (point.result == nullptr || point.result->errors_over_time_size() < 2) continue;
    const auto& errors = point.result->errors_over_time();
    const auto steps = static_cast<double>(errors.size() - 1);
    svg::WaveformChart chart;
    chart.title = fmt::format("{}: error over time", description(point));
    chart.unit = "error / %";
    chart.start = errors.begin()->time_s();
    chart.step = (errors.rbegin()->time_s() - errors.begin()->time_s()) / steps;
    svg::WaveTrace& error = chart.traces.emplace_back();
    error.label = "error";
    for (const v1::TimedError& timed : errors) error.values.push_back(timed.error());
    if (point.has_limit()) {
      const auto count = error.values.size();
      const double begin = error.values.front();
      const double limit = point.limit().magnitude();
      for (const double shift : {-limit, limit})
        chart.traces.push_back({.label = shift < 0 ? "begin less limit" : "begin plus limit",
                                .values = std::vector<double>(count, begin + shift),
                                .high = {},
                                .colour = 1});
    }
    parts.push_back(Part().text("trace_svg", svg::draw(chart)));
  }
  return parts;
}

}  // namespace meterrig::report
