// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/svg/spectrum_chart.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "ink.h"
#include "meterrig/svg/drawing.h"
#include "meterrig/svg/error_chart.h"
#include "meterrig/svg/scale.h"

namespace meterrig::svg {
namespace {

constexpr double left = 74;
constexpr double right_margin = 14;
constexpr double top = 60;
constexpr double bottom_margin = 42;
constexpr double text_size = 12;
constexpr double least_percent = 0.01;  // of the logarithmic scale

/// In one row above the chart, or two.
void draw_legend(Drawing& drawing, const SpectrumChart& chart) {
  double x = left;
  double y = top - 24;
  for (const SpectrumSeries& series : chart.series) {
    const double wide = 15 + text_width(series.label, text_size);
    if (x + wide > chart.width && y < top - 20) x = left, y += 16;
    drawing.rectangle({x, y - 9}, 10, 10, series_colour(series.colour));
    drawing.text({x + 15, y}, series.label, {.size = text_size, .colour = ink});
    x += wide + 16;
  }
}

}  // namespace

std::string draw(const SpectrumChart& chart) {
  Drawing drawing(chart.width, chart.height, chart.title, "spectrum");
  drawing.text({left, 18}, chart.title, {.size = 13, .colour = ink, .bold = true});
  const double right = chart.width - right_margin;
  const double bottom = chart.height - bottom_margin;
  drawing.rectangle({left, top}, right - left, bottom - top, paper);

  const std::size_t first = chart.logarithmic ? 1 : 2;  // order
  std::size_t last = 0;
  double greatest = 0;
  for (const SpectrumSeries& series : chart.series) {
    for (std::size_t i = first - 1; i < series.percent.size(); ++i) {
      if (!std::isfinite(series.percent[i])) continue;
      last = std::max(last, i + 1);
      greatest = std::max(greatest, series.percent[i]);
    }
  }
  const bool something = last >= first;
  if (last < 15) last = 15;  // a chart of a few orders would look like another kind
  const Scale y = chart.logarithmic ? Scale(Scale::Kind::logarithmic, least_percent,
                                            std::max(200.0, 1.5 * greatest), bottom, top)
                                    : Scale(Scale::Kind::linear, 0,
                                            greatest > 0 ? 1.1 * greatest : 1, bottom, top);
  if (chart.logarithmic) {
    const int least_decade = static_cast<int>(std::lround(std::log10(least_percent)));
    const int greatest_decade = static_cast<int>(std::floor(std::log10(y.greatest())));
    for (int decade = least_decade; decade <= greatest_decade; ++decade) {
      const double value = std::pow(10, decade);
      drawing.line({left, y.at(value)}, {right, y.at(value)}, {.colour = grid});
      drawing.text({left - 7, y.at(value) + 4}, tick_label(value, std::max(0, -decade)),
                   {.size = text_size, .colour = ink, .anchor = Anchor::end});
    }
  } else {
    const Ticks ticks = nice_ticks(0, y.greatest(), 6);
    for (const double value : ticks.values) {
      drawing.line({left, y.at(value)}, {right, y.at(value)}, {.colour = grid});
      drawing.text({left - 7, y.at(value) + 4}, tick_label(value, ticks.decimals),
                   {.size = text_size, .colour = ink, .anchor = Anchor::end});
    }
  }

  const double slot = (right - left) / static_cast<double>(last - first + 1);
  const double bar =
      0.8 * slot / static_cast<double>(std::max<std::size_t>(1, chart.series.size()));
  for (std::size_t s = 0; s < chart.series.size(); ++s) {
    const SpectrumSeries& series = chart.series[s];
    for (std::size_t i = first - 1; i < series.percent.size(); ++i) {
      const double value = series.percent[i];
      if (!std::isfinite(value) || !(value > y.least())) continue;
      const double x =
          left + slot * (static_cast<double>(i + 1 - first) + 0.1) + bar * static_cast<double>(s);
      const double height = bottom - y.at(y.clamp(value));
      drawing.rectangle({x, bottom - height}, bar, height, series_colour(series.colour));
    }
  }
  // Odd orders, fewer of them where there is no room for all.
  const std::size_t stride = slot > 18 ? 1 : slot > 9 ? 2 : slot > 4.5 ? 4 : 8;
  for (std::size_t order = 1; order <= last; order += stride) {
    if (order < first) continue;
    const double x = left + slot * (static_cast<double>(order - first) + 0.5);
    drawing.line({x, bottom}, {x, bottom + 4}, {.colour = ink});
    drawing.text({x, bottom + 17}, tick_label(static_cast<double>(order), 0),
                 {.size = text_size, .colour = ink, .anchor = Anchor::middle});
  }
  if (!something) {
    drawing.text({(left + right) / 2, (top + bottom) / 2}, "no spectrum: no steady fundamental",
                 {.size = 13, .colour = soft, .anchor = Anchor::middle});
  }
  drawing.rectangle({left, top}, right - left, bottom - top, "none", 1,
                    {.colour = frame, .width = 1});
  drawing.text({(left + right) / 2, bottom + 34}, "harmonic order",
               {.size = text_size, .colour = ink, .anchor = Anchor::middle});
  drawing.text({18, (top + bottom) / 2}, "% of the fundamental",
               {.size = text_size, .colour = ink, .anchor = Anchor::middle, .turn = -90});
  draw_legend(drawing, chart);
  return drawing.finish();
}

}  // namespace meterrig::svg
