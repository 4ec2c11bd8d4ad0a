// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace meterrig::svg {

/// How a point is drawn beside its series' own marker.
enum class Mark { normal, failed, doubtful };

struct ChartPoint {
  double x = 0;            ///< in the unit of the x axis, above 0
  double y = 0;            ///< error; NaN is left out
  double uncertainty = 0;  ///< half length of the error bar; NaN or 0 has none
  Mark mark = Mark::normal;
  std::string title;  ///< shown when pointed at
};

struct ChartSeries {
  std::string label;
  std::vector<ChartPoint> points;
};

/// The limit is +-magnitude from `from` to `to`.
struct LimitStep {
  double from = 0;
  double to = 0;
  double magnitude = 0;
};

/// Class limit of some of the series.
struct Envelope {
  std::string label;
  std::vector<LimitStep> steps;
};

struct AxisMark {
  double value = 0;
  std::string label;
};

struct ErrorChart {
  std::string title;
  std::string x_title;
  std::string y_title;
  std::vector<AxisMark> ticks;  ///< on the x axis, at the test currents
  std::vector<AxisMark> marks;  ///< named currents below the axis, with a line
  std::vector<ChartSeries> series;
  std::vector<Envelope> envelopes;
};

/// Error over current, logarithmic, twice side by side: at the scale of the limits, with what lies
/// beyond a limit shaded, and at the scale of the results. A result far beyond the limits is drawn
/// as an arrow at the edge with its value. A chart without a single point has its axes and says so.
[[nodiscard]] std::string draw(const ErrorChart& chart);

/// Colour of the series with that number, from 0.
[[nodiscard]] std::string series_colour(std::size_t index);

}  // namespace meterrig::svg
