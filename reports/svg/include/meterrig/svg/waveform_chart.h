// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace meterrig::svg {

/// Values of one channel at equal steps; NaN leaves a gap. With `high` the two are the ends of a
/// band, for records of more samples than the chart is wide.
struct WaveTrace {
  std::string label;
  std::vector<double> values;
  std::vector<double> high;  ///< empty, or as long as `values`
  std::size_t colour = 0;    ///< number of series_colour()
};

/// A span of time that is marked, such as a dip.
struct WaveMark {
  double from = 0;  ///< seconds
  double to = 0;
  std::string label;
};

struct WaveformChart {
  std::string title;
  std::string unit;  ///< of the values as they are drawn
  double start = 0;  ///< time of the first value, seconds
  double step = 0;   ///< seconds from value to value
  std::vector<WaveTrace> traces;
  std::vector<WaveMark> marks;
  double width = 1080;
  double height = 220;
};

/// Values over time with a grid, unit and legend. The time axis is in s, ms or us as fits.
[[nodiscard]] std::string draw(const WaveformChart& chart);

}  // namespace meterrig::svg
