// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/svg/waveform_chart.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>

#include "ink.h"
#include "meterrig/svg/drawing.h"
#include "meterrig/svg/error_chart.h"
#include "meterrig/svg/scale.h"

namespace meterrig::svg {
namespace {

constexpr double left = 74;
constexpr double right_margin = 24;
constexpr double top = 34;
constexpr double bottom_margin = 42;
constexpr double text_size = 12;

struct TimeUnit {
  double factor;
  std::string_view symbol;
};

TimeUnit time_unit(double span) {
  if (span >= 2) return {1, "s"};
  if (span >= 2e-3) return {1e3, "ms"};
  return {1e6, "\u00b5s"};
}

void draw_trace(Drawing& drawing, const WaveTrace& trace, const Scale& x, const Scale& y,
                double start, double step, bool lone) {
  const std::string colour = series_colour(trace.colour);
  std::vector<Spot> run;
  std::vector<Spot> upper;
  const auto flush = [&] {
    if (!upper.empty()) {
      run.insert(run.end(), upper.rbegin(), upper.rend());
      drawing.polygon(run, colour, {.colour = colour, .width = 0.6});
    } else {
      drawing.polyline(run, {.colour = colour, .width = lone ? 1.5 : 1.3});
    }
    run.clear();
    upper.clear();
  };
  const bool band = trace.high.size() == trace.values.size() && !trace.high.empty();
  for (std::size_t i = 0; i < trace.values.size(); ++i) {
    const double at = x.at(start + static_cast<double>(i) * step);
    if (!std::isfinite(trace.values[i]) || (band && !std::isfinite(trace.high[i]))) {
      flush();
      continue;
    }
    run.push_back({at, y.at(trace.values[i])});
    if (band) upper.push_back({at, y.at(trace.high[i])});
  }
  flush();
}

/// Over the curves, since in print nobody can point at a mark. Marks that have no room right of
/// `free_from` stay without.
void draw_mark_label(Drawing& drawing, const WaveMark& mark, double from, double to,
                     double& free_from) {
  constexpr double size = 10.5;
  const double width = text_width(mark.label, size);
  if (to - from < width + 8 || from < free_from) return;
  free_from = from + width + 8;
  drawing.rectangle({from + 2, top + 2}, width + 4, size + 4, "#fef3c7", 0.9);
  drawing.text({from + 4, top + 12}, mark.label, {.size = size, .colour = "#92400e"});
}

/// Right of the title, from the end: a mark and a label for each trace.
void draw_legend(Drawing& drawing, const WaveformChart& chart) {
  double x = chart.width - right_margin;
  for (auto trace = chart.traces.rbegin(); trace != chart.traces.rend(); ++trace) {
    x -= text_width(trace->label, text_size);
    drawing.text({x, top - 12}, trace->label, {.size = text_size, .colour = ink});
    drawing.rectangle({x - 20, top - 18}, 14, 4, series_colour(trace->colour));
    x -= 36;
  }
}

}  // namespace

std::string draw(const WaveformChart& chart) {
  Drawing drawing(chart.width, chart.height, chart.title, "waveform");
  drawing.text({left, top - 12}, chart.title, {.size = 13, .colour = ink, .bold = true});
  const double right = chart.width - right_margin;
  const double bottom = chart.height - bottom_margin;
  drawing.rectangle({left, top}, right - left, bottom - top, paper);

  double least = std::numeric_limits<double>::infinity();
  double greatest = -least;
  std::size_t longest = 0;
  for (const WaveTrace& trace : chart.traces) {
    longest = std::max(longest, trace.values.size());
    for (const auto* values : {&trace.values, &trace.high}) {
      for (const double value : *values) {
        if (!std::isfinite(value)) continue;
        least = std::min(least, value);
        greatest = std::max(greatest, value);
      }
    }
  }
  const bool bands = !chart.traces.empty() && !chart.traces.front().high.empty();
  const bool something = greatest >= least;
  if (!something) least = -1, greatest = 1;
  const double headroom = 0.06 * std::max(greatest - least, 1e-12 * std::abs(greatest));
  // A band stands for its whole step.
  const std::size_t steps = bands ? longest : longest - std::min<std::size_t>(longest, 1);
  const double end =
      chart.start + static_cast<double>(std::max<std::size_t>(1, steps)) * chart.step;
  const Scale x(Scale::Kind::linear, chart.start, end, left, right);
  const Scale y(Scale::Kind::linear, least - headroom, greatest + headroom, bottom, top);

  for (const WaveMark& mark : chart.marks) {
    const double from = x.at(x.clamp(mark.from));
    const double to = x.at(x.clamp(mark.to));
    if (!(to > from) && !(x.contains(mark.from))) continue;
    drawing.begin_group(mark.label);
    drawing.rectangle({from, top}, std::max(to - from, 1.5), bottom - top, "#fde68a", 0.6);
    drawing.end_group();
  }
  const int row_count = std::clamp(static_cast<int>((bottom - top) / 28), 2, 8);
  const Ticks rows = nice_ticks(y.least(), y.greatest(), row_count);
  for (const double value : rows.values) {
    const bool zero = std::abs(value) < 1e-9 * (y.greatest() - y.least());
    drawing.line({left, y.at(value)}, {right, y.at(value)},
                 {.colour = zero ? zero_line : grid, .width = zero ? 1.2 : 1});
    drawing.text({left - 7, y.at(value) + 4}, tick_label(value, rows.decimals),
                 {.size = text_size, .colour = ink, .anchor = Anchor::end});
  }
  const TimeUnit unit = time_unit(x.greatest() - x.least());
  const Ticks columns = nice_ticks(x.least() * unit.factor, x.greatest() * unit.factor, 10);
  for (const double value : columns.values) {
    const double at = x.at(value / unit.factor);
    drawing.line({at, top}, {at, bottom}, {.colour = grid});
    drawing.line({at, bottom}, {at, bottom + 4}, {.colour = ink});
    drawing.text({at, bottom + 17}, tick_label(value, columns.decimals),
                 {.size = text_size, .colour = ink, .anchor = Anchor::middle});
  }
  for (const WaveTrace& trace : chart.traces)
    draw_trace(drawing, trace, x, y, chart.start, chart.step, chart.traces.size() == 1);
  double free_from = left;
  for (const WaveMark& mark : chart.marks)
    draw_mark_label(drawing, mark, x.at(x.clamp(mark.from)), x.at(x.clamp(mark.to)), free_from);
  if (!something) {
    drawing.text({(left + right) / 2, (top + bottom) / 2 - 6}, "no samples",
                 {.size = 13, .colour = soft, .anchor = Anchor::middle});
  }
  drawing.rectangle({left, top}, right - left, bottom - top, "none", 1,
                    {.colour = frame, .width = 1});
  drawing.text({(left + right) / 2, bottom + 34}, std::string("time / ") + std::string(unit.symbol),
               {.size = text_size, .colour = ink, .anchor = Anchor::middle});
  drawing.text({18, (top + bottom) / 2}, chart.unit,
               {.size = text_size, .colour = ink, .anchor = Anchor::middle, .turn = -90});
  draw_legend(drawing, chart);
  return drawing.finish();
}

}  // namespace meterrig::svg
