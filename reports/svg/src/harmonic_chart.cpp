// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/svg/harmonic_chart.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>

#include "ink.h"
#include "meterrig/svg/drawing.h"
#include "meterrig/svg/scale.h"

namespace meterrig::svg {
namespace {

constexpr std::string_view limit_colour = "#c03535";
constexpr double width = 1120;
constexpr double height = 318;
constexpr double top = 68;  // of the plot area
constexpr double bottom = 270;
constexpr double widest_bar = 14;
constexpr int wanted_ticks = 13;
constexpr double least_room = 16;       // from tick to tick
constexpr double share_of_place = 0.8;  // of an order's place that its bars take

struct Panel {
  double left;
  double right;
  Scale x;
  Scale y;
  std::string_view heading;
};

struct Orders {
  double least = std::numeric_limits<double>::infinity();
  double greatest = 0;
};

Orders orders_of(const HarmonicChart& chart) {
  Orders orders;
  for (const ChartSeries& series : chart.series) {
    for (const ChartPoint& point : series.points) {
      orders.least = std::min(orders.least, point.x);
      orders.greatest = std::max(orders.greatest, point.x);
    }
  }
  if (!(orders.greatest >= orders.least)) return {.least = 2, .greatest = 2};
  return orders;
}

double widest_limit(const HarmonicChart& chart) {
  double widest = 0;
  for (const LimitStep& step : chart.limits) widest = std::max(widest, step.magnitude);
  return widest;
}

/// Farthest end of a bar with its uncertainty, among those that do not flatten the others.
double widest_result(const HarmonicChart& chart) {
  const double limit = widest_limit(chart);
  const double far = limit > 0 ? 3 * limit : std::numeric_limits<double>::infinity();
  double widest = 0;
  for (const ChartSeries& series : chart.series) {
    for (const ChartPoint& point : series.points) {
      const double end = std::abs(point.y) + std::max(0.0, point.uncertainty);
      if (end <= far) widest = std::max(widest, end);
    }
  }
  return widest;
}

void draw_frame(Drawing& drawing, const Panel& panel, const HarmonicChart& chart) {
  drawing.text({panel.left, top - 9}, panel.heading, {.size = 12, .colour = soft});
  drawing.rectangle({panel.left, top}, panel.right - panel.left, bottom - top, paper);
  const Ticks ticks = nice_ticks(panel.y.least(), panel.y.greatest(), 7);
  for (const double value : ticks.values) {
    const double y = panel.y.at(value);
    drawing.line({panel.left, y}, {panel.right, y}, {.colour = grid});
    drawing.text({panel.left - 7, y + 4}, tick_label(value, ticks.decimals),
                 {.size = 12, .colour = ink, .anchor = Anchor::end});
  }
  drawing.text({panel.left - 50, (top + bottom) / 2}, chart.y_title,
               {.size = 12, .colour = ink, .anchor = Anchor::middle, .turn = -90});
  // The first and the last order, and round ones where they do not touch those.
  const Orders orders = orders_of(chart);
  const auto order_tick = [&](double order) {
    const double x = panel.x.at(order);
    drawing.line({x, bottom}, {x, bottom + 5}, {.colour = ink});
    drawing.text({x, bottom + 18}, tick_label(order, 0),
                 {.size = 12, .colour = ink, .anchor = Anchor::middle});
  };
  order_tick(orders.least);
  if (orders.greatest > orders.least) order_tick(orders.greatest);
  for (const double order : nice_ticks(orders.least, orders.greatest, wanted_ticks).values) {
    const double room = std::min(panel.x.at(order) - panel.x.at(orders.least),
                                 panel.x.at(orders.greatest) - panel.x.at(order));
    if (room > least_room && order == std::round(order)) order_tick(order);
  }
  drawing.text({(panel.left + panel.right) / 2, bottom + 38}, "order of the harmonic",
               {.size = 12, .colour = ink, .anchor = Anchor::middle});
}

void draw_limits(Drawing& drawing, const Panel& panel, const HarmonicChart& chart) {
  for (const LimitStep& step : chart.limits) {
    const double from = panel.x.at(panel.x.clamp(step.from));
    const double to = panel.x.at(panel.x.clamp(step.to));
    for (const double sign : {1.0, -1.0}) {
      const double value = sign * step.magnitude;
      const double edge = panel.y.at(panel.y.clamp(value));
      const double outer = sign > 0 ? top : bottom;
      drawing.rectangle({from, std::min(edge, outer)}, to - from, std::abs(edge - outer), "#d64545",
                        0.09);
      if (panel.y.contains(value))
        drawing.line({from, edge}, {to, edge}, {.colour = limit_colour, .width = 1.5});
    }
  }
}

void draw_bar(Drawing& drawing, const Panel& panel, double x, double bar_width,
              const ChartPoint& point, std::string_view colour) {
  const double zero = panel.y.at(0);
  const double end = panel.y.at(panel.y.clamp(point.y));
  drawing.begin_group(point.title);
  const bool doubtful = point.mark == Mark::doubtful;
  const bool failed = point.mark == Mark::failed;
  // What is nearly nothing is seen as a line.
  drawing.rectangle({x - bar_width / 2, std::min(zero, end)}, bar_width,
                    std::max(1.0, std::abs(zero - end)), doubtful ? paper : colour, 1,
                    {.colour = failed ? limit_colour : colour, .width = failed ? 2.0 : 0.8});
  if (!panel.y.contains(point.y)) {
    const bool right_half = x > (panel.left + panel.right) / 2;
    drawing.text({right_half ? x - bar_width : x + bar_width, point.y > 0 ? top + 12 : bottom - 4},
                 tick_label(point.y, 2),
                 {.size = 11,
                  .colour = ink,
                  .anchor = right_half ? Anchor::end : Anchor::start,
                  .bold = true});
  } else if (point.uncertainty > 0) {
    const double high = panel.y.at(panel.y.clamp(point.y + point.uncertainty));
    const double low = panel.y.at(panel.y.clamp(point.y - point.uncertainty));
    drawing.line({x, high}, {x, low}, {.colour = ink, .width = 1.2});
  }
  drawing.end_group();
}

void draw_series(Drawing& drawing, const Panel& panel, const HarmonicChart& chart) {
  const auto count = static_cast<double>(chart.series.size());
  const double place = share_of_place * (panel.x.at(1) - panel.x.at(0));
  const double bar_width = std::min(widest_bar, place / count);
  for (std::size_t s = 0; s < chart.series.size(); ++s) {
    const double aside = (static_cast<double>(s) - (count - 1) / 2) * bar_width;
    for (const ChartPoint& point : chart.series[s].points) {
      if (std::isfinite(point.y))
        draw_bar(drawing, panel, panel.x.at(point.x) + aside, bar_width, point, series_colour(s));
    }
  }
  drawing.line({panel.left, panel.y.at(0)}, {panel.right, panel.y.at(0)}, {.colour = zero_line});
  drawing.rectangle({panel.left, top}, panel.right - panel.left, bottom - top, "none", 1,
                    {.colour = frame});
}

/// The series in one row, what is alike in every chart in the next.
void draw_legend(Drawing& drawing, const HarmonicChart& chart) {
  double x = 66;
  double y = 18;
  const auto entry = [&](std::string_view label, std::string_view fill, Stroke outline) {
    drawing.rectangle({x, y - 11}, 10, 12, fill, 1, outline);
    drawing.text({x + 16, y}, label, {.size = 12, .colour = ink});
    x += 16 + text_width(label, 12) + 18;
  };
  for (std::size_t s = 0; s < chart.series.size(); ++s)
    entry(chart.series[s].label, series_colour(s), {.width = 0});
  x = 66;
  y += 20;
  drawing.line({x, y - 4}, {x + 22, y - 4}, {.colour = limit_colour, .width = 1.5});
  drawing.text({x + 28, y}, "class limit", {.size = 12, .colour = ink});
  x += 28 + text_width("class limit", 12) + 18;
  entry("fail", "none", {.colour = limit_colour, .width = 2});
  entry("not valid", paper, {.colour = ink, .width = 0.8});
  drawing.line({x + 5, y - 11}, {x + 5, y + 3}, {.colour = ink, .width = 1.2});
  drawing.text({x + 14, y}, "U", {.size = 12, .colour = ink});
}

}  // namespace

std::string draw(const HarmonicChart& chart) {
  Drawing drawing(width, height, chart.title, "chart");
  const Orders orders = orders_of(chart);
  const double results = widest_result(chart);
  const auto panel = [&](double left, double right, double reach, std::string_view heading) {
    const double most = reach > 0 ? reach : 1;
    return Panel{left, right,
                 Scale(Scale::Kind::linear, orders.least - 0.7, orders.greatest + 0.7, left, right),
                 Scale(Scale::Kind::linear, -most, most, bottom, top), heading};
  };
  const Panel panels[] = {
      panel(66, 548, std::max(1.25 * widest_limit(chart), 1.1 * results), "Against the limits"),
      panel(632, 1114, 1.15 * results, "Zoomed to the results")};
  for (const Panel& p : panels) {
    draw_frame(drawing, p, chart);
    draw_limits(drawing, p, chart);
    draw_series(drawing, p, chart);
  }
  draw_legend(drawing, chart);
  return drawing.finish();
}

}  // namespace meterrig::svg
