// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/svg/error_chart.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <string_view>

#include "ink.h"
#include "meterrig/svg/drawing.h"
#include "meterrig/svg/scale.h"

namespace meterrig::svg {
namespace {

constexpr std::string_view limit_colour = "#c03535";
constexpr std::array<std::string_view, 6> palette = {"#2563eb", "#047857", "#b45309",
                                                     "#7c3aed", "#0e7490", "#be185d"};

constexpr double width = 1120;
constexpr double height = 372;
constexpr double top = 58;      // of the plot area
constexpr double bottom = 300;  // of the plot area
constexpr double marker = 3.6;
constexpr double cap = 6;    // half width of an error bar's end, wider than any marker
constexpr double dodge = 5;  // between the series at one current

struct Panel {
  double left;
  double right;
  Scale x;
  Scale y;
  std::string_view heading;
};

struct Range {
  double least = std::numeric_limits<double>::infinity();
  double greatest = -std::numeric_limits<double>::infinity();
  void take(double value) {
    if (!std::isfinite(value)) return;
    least = std::min(least, value);
    greatest = std::max(greatest, value);
  }
  [[nodiscard]] bool empty() const { return greatest < least; }
};

double half_bar(const ChartPoint& point) {
  return std::isfinite(point.uncertainty) && point.uncertainty > 0 ? point.uncertainty : 0;
}

Range x_range(const ErrorChart& chart) {
  Range range;
  for (const AxisMark& tick : chart.ticks) range.take(tick.value);
  for (const AxisMark& mark : chart.marks) range.take(mark.value);
  for (const ChartSeries& series : chart.series) {
    for (const ChartPoint& point : series.points) range.take(point.x > 0 ? point.x : NAN);
  }
  if (range.empty()) return {0.01, 1};
  return {range.least / 1.35, range.greatest * 1.35};
}

/// Errors beyond this are drawn as arrows, so that one of them does not flatten the others.
double farthest(const ErrorChart& chart) {
  double widest = 0;
  for (const Envelope& envelope : chart.envelopes) {
    for (const LimitStep& step : envelope.steps) widest = std::max(widest, step.magnitude);
  }
  return widest > 0 ? 3 * widest : std::numeric_limits<double>::infinity();
}

Range y_of_results(const ErrorChart& chart) {
  Range range;
  const double far = farthest(chart);
  for (const ChartSeries& series : chart.series) {
    for (const ChartPoint& point : series.points) {
      if (std::abs(point.y) + half_bar(point) > far) continue;
      range.take(point.y - half_bar(point));
      range.take(point.y + half_bar(point));
    }
  }
  return range;
}

Range y_of_limits(const ErrorChart& chart) {
  double magnitude = 0;
  for (const Envelope& envelope : chart.envelopes) {
    for (const LimitStep& step : envelope.steps)
      magnitude = std::max(magnitude, 1.25 * step.magnitude);
  }
  const Range results = y_of_results(chart);
  if (!results.empty()) {
    magnitude =
        std::max({magnitude, 1.1 * std::abs(results.least), 1.1 * std::abs(results.greatest)});
  }
  if (!(magnitude > 0)) magnitude = 1;
  return {-magnitude, magnitude};
}

Range widened(Range range) {
  if (range.empty()) return {-1, 1};
  const double span = std::max(range.greatest - range.least, 1e-3);
  return {range.least - 0.12 * span, range.greatest + 0.12 * span};
}

enum class Layer { shading, line };

/// The line of the envelope with that number, told apart without colour.
Stroke limit_stroke(std::size_t index) {
  constexpr std::array<std::string_view, 3> dashes = {"", "8 3", "2 2"};
  return {.colour = limit_colour, .width = 1.5, .dashes = dashes[index % dashes.size()]};
}

/// The limit inside the panel, above and below: the zone outward of it, or its line.
void draw_envelope(Drawing& drawing, const Panel& panel, const Envelope& envelope, Stroke stroke,
                   Layer layer) {
  for (const double sign : {1.0, -1.0}) {
    std::optional<Spot> last;
    for (const LimitStep& step : envelope.steps) {
      const double from = panel.x.at(panel.x.clamp(step.from));
      const double to = panel.x.at(panel.x.clamp(step.to));
      if (!(to > from) || !(step.magnitude >= 0)) continue;
      const double value = sign * step.magnitude;
      const double edge = panel.y.at(panel.y.clamp(value));
      if (layer == Layer::shading) {
        const double outer = sign > 0 ? top : bottom;
        drawing.rectangle({from, std::min(edge, outer)}, to - from, std::abs(edge - outer),
                          "#d64545", 0.09);
        continue;
      }
      if (panel.y.contains(value)) drawing.line({from, edge}, {to, edge}, stroke);
      // The riser between two steps, as far as the panel shows it.
      if (last && last->x == from && last->y != edge) {
        drawing.line(*last, {from, edge}, stroke);
      }
      last = Spot{to, edge};
    }
  }
}

void draw_frame(Drawing& drawing, const Panel& panel, const ErrorChart& chart) {
  drawing.text({panel.left, top - 9}, panel.heading, {.size = 12, .colour = soft});
  drawing.rectangle({panel.left, top}, panel.right - panel.left, bottom - top, paper);
  for (const Envelope& envelope : chart.envelopes) {
    draw_envelope(drawing, panel, envelope, {}, Layer::shading);
  }
  const Ticks ticks = nice_ticks(panel.y.least(), panel.y.greatest(), 7);
  for (const double value : ticks.values) {
    const double y = panel.y.at(value);
    const bool zero = std::abs(value) < 1e-12;
    drawing.line({panel.left, y}, {panel.right, y},
                 {.colour = zero ? std::string_view("#8a93a3") : grid, .width = zero ? 1.2 : 1});
    drawing.text({panel.left - 7, y + 4}, tick_label(value, ticks.decimals),
                 {.size = 12, .colour = ink, .anchor = Anchor::end});
  }
  drawing.text({panel.left - 50, (top + bottom) / 2}, chart.y_title,
               {.size = 12, .colour = ink, .anchor = Anchor::middle, .turn = -90});
}

/// Tick labels stand on two rows where they would touch on one.
void draw_x_axis(Drawing& drawing, const Panel& panel, const ErrorChart& chart) {
  constexpr double character = 6.9;
  std::array<double, 2> free_from = {-1e9, -1e9};
  bool second_row = false;
  for (const AxisMark& tick : chart.ticks) {
    const double x = panel.x.at(tick.value);
    if (!std::isfinite(x)) continue;
    drawing.line({x, top}, {x, bottom}, {.colour = grid});
    drawing.line({x, bottom}, {x, bottom + 5}, {.colour = ink});
    const double half = character * static_cast<double>(tick.label.size()) / 2;
    const std::size_t row = x - half > free_from[0] ? 0 : 1;
    if (x - half <= free_from[row]) continue;
    free_from[row] = x + half + 2;
    second_row = second_row || row == 1;
    drawing.text({x, bottom + 18 + 14 * static_cast<double>(row)}, tick.label,
                 {.size = 12, .colour = ink, .anchor = Anchor::middle});
  }
  const double marks_at = bottom + (second_row ? 46 : 34);
  double mark_free_from = -1e9;
  for (const AxisMark& mark : chart.marks) {
    const double x = panel.x.at(mark.value);
    if (!std::isfinite(x)) continue;
    drawing.line({x, top}, {x, bottom + 5}, {.colour = "#9aa3b2", .dashes = "2 3"});
    const double half = 7.4 * static_cast<double>(mark.label.size()) / 2;
    const double placed = std::max(x, mark_free_from + half);
    mark_free_from = placed + half + 9;
    drawing.text({placed, marks_at}, mark.label,
                 {.size = 12, .colour = soft, .anchor = Anchor::middle, .bold = true});
  }
  drawing.text({(panel.left + panel.right) / 2, marks_at + 18}, chart.x_title,
               {.size = 12, .colour = ink, .anchor = Anchor::middle});
  drawing.rectangle({panel.left, top}, panel.right - panel.left, bottom - top, "none", 1,
                    {.colour = "#6b7280", .width = 1});
}

/// Circle, square, triangle, diamond: told apart without colour.
void draw_marker(Drawing& drawing, Spot at, std::size_t shape, std::string_view fill,
                 Stroke outline, double r) {
  switch (shape % 4) {
    case 0:
      drawing.circle(at, r, fill, outline);
      break;
    case 1:
      drawing.rectangle({at.x - r, at.y - r}, 2 * r, 2 * r, fill, 1, outline);
      break;
    case 2: {
      const std::array<Spot, 3> up = {Spot{at.x, at.y - 1.25 * r}, Spot{at.x + 1.2 * r, at.y + r},
                                      Spot{at.x - 1.2 * r, at.y + r}};
      drawing.polygon(up, fill, outline);
      break;
    }
    default: {
      const double d = 1.35 * r;
      const std::array<Spot, 4> diamond = {Spot{at.x, at.y - d}, Spot{at.x + d, at.y},
                                           Spot{at.x, at.y + d}, Spot{at.x - d, at.y}};
      drawing.polygon(diamond, fill, outline);
    }
  }
}

void draw_beyond(Drawing& drawing, const Panel& panel, double x, const ChartPoint& point,
                 std::string_view colour) {
  const bool above = point.y > 0;
  const double edge = above ? top : bottom;
  const double inward = above ? 1 : -1;
  const std::array<Spot, 3> arrow = {Spot{x, edge + 1 * inward}, Spot{x + 6, edge + 11 * inward},
                                     Spot{x - 6, edge + 11 * inward}};
  drawing.polygon(arrow, colour, {.colour = limit_colour, .width = 1.5});
  const bool near_right = x > panel.right - 60;
  drawing.text({near_right ? x - 9 : x + 9, edge + (above ? 12 : -4)}, tick_label(point.y, 2),
               {.size = 11,
                .colour = ink,
                .anchor = near_right ? Anchor::end : Anchor::start,
                .bold = true});
}

void draw_point(Drawing& drawing, const Panel& panel, Spot at, const ChartPoint& point,
                std::size_t index) {
  const std::string colour = series_colour(index);
  drawing.begin_group(point.title);
  if (!panel.y.contains(point.y)) {
    draw_beyond(drawing, panel, at.x, point, colour);
  } else {
    if (half_bar(point) > 0) {
      const double high = panel.y.at(panel.y.clamp(point.y + half_bar(point)));
      const double low = panel.y.at(panel.y.clamp(point.y - half_bar(point)));
      const Stroke bar = {.colour = colour, .width = 1.3};
      drawing.line({at.x, high}, {at.x, low}, bar);
      drawing.line({at.x - cap, high}, {at.x + cap, high}, bar);
      drawing.line({at.x - cap, low}, {at.x + cap, low}, bar);
    }
    const bool doubtful = point.mark == Mark::doubtful;
    draw_marker(
        drawing, at, index, doubtful ? paper : std::string_view(colour),
        {.colour = doubtful ? std::string_view(colour) : paper, .width = doubtful ? 1.6 : 0.8},
        marker);
    if (point.mark == Mark::failed)
      drawing.circle(at, 8.5, "none", {.colour = limit_colour, .width = 1.8});
  }
  drawing.end_group();
}

void draw_series(Drawing& drawing, const Panel& panel, const ErrorChart& chart) {
  const double middle = (static_cast<double>(chart.series.size()) - 1) / 2;
  struct Placed {
    Spot at;
    const ChartPoint* point;
  };
  std::vector<std::vector<Placed>> placed(chart.series.size());
  for (std::size_t s = 0; s < chart.series.size(); ++s) {
    for (const ChartPoint& point : chart.series[s].points) {
      const double x = panel.x.at(point.x) + dodge * (static_cast<double>(s) - middle);
      if (!std::isfinite(x) || !std::isfinite(point.y)) continue;
      placed[s].push_back({{x, panel.y.at(point.y)}, &point});
    }
    std::ranges::stable_sort(placed[s], {}, [](const Placed& p) { return p.at.x; });
    // Lines join valid neighbours that both lie in the panel.
    for (std::size_t i = 1; i < placed[s].size(); ++i) {
      const Placed& a = placed[s][i - 1];
      const Placed& b = placed[s][i];
      const bool joined = panel.y.contains(a.point->y) && panel.y.contains(b.point->y) &&
                          a.point->mark != Mark::doubtful && b.point->mark != Mark::doubtful;
      if (joined)
        drawing.line(a.at, b.at,
                     {.colour = series_colour(s),
                      .width = 1.2,
                      .dashes = s % 3 == 1   ? "6 3"
                                : s % 3 == 2 ? "2 3"
                                             : ""});
    }
  }
  for (std::size_t s = 0; s < placed.size(); ++s) {
    for (const Placed& p : placed[s]) draw_point(drawing, panel, p.at, *p.point, s);
  }
}

void draw_legend(Drawing& drawing, const ErrorChart& chart) {
  double x = 66;
  const double y = 26;
  const auto advance = [&x](std::string_view label) {
    x += 26 + 6.8 * static_cast<double>(label.size()) + 18;
  };
  for (std::size_t s = 0; s < chart.series.size(); ++s) {
    draw_marker(drawing, {x + 10, y - 4}, s, series_colour(s), {.colour = paper, .width = 0.8},
                marker + 0.6);
    drawing.text({x + 22, y}, chart.series[s].label, {.size = 12, .colour = ink});
    advance(chart.series[s].label);
  }
  for (std::size_t e = 0; e < chart.envelopes.size(); ++e) {
    const std::string label = "class limit, " + chart.envelopes[e].label;
    drawing.line({x, y - 4}, {x + 22, y - 4}, limit_stroke(e));
    drawing.text({x + 28, y}, label, {.size = 12, .colour = ink});
    advance(label);
  }
  drawing.circle({x + 10, y - 4}, 7, "none", {.colour = limit_colour, .width = 1.8});
  drawing.text({x + 24, y}, "fail", {.size = 12, .colour = ink});
  advance("fail");
  drawing.circle({x + 10, y - 4}, marker + 0.6, paper, {.colour = ink, .width = 1.6});
  drawing.text({x + 22, y}, "not valid", {.size = 12, .colour = ink});
  advance("not valid");
  drawing.line({x + 10, y - 11}, {x + 10, y + 3}, {.colour = ink, .width = 1.3});
  drawing.line({x + 4, y - 11}, {x + 16, y - 11}, {.colour = ink, .width = 1.3});
  drawing.line({x + 4, y + 3}, {x + 16, y + 3}, {.colour = ink, .width = 1.3});
  drawing.text({x + 24, y}, "U", {.size = 12, .colour = ink});
}

}  // namespace

std::string series_colour(std::size_t index) {
  return std::string(palette[index % palette.size()]);
}

std::string draw(const ErrorChart& chart) {
  Drawing drawing(width, height, chart.title, "chart");
  const Range x = x_range(chart);
  const Range wide = y_of_limits(chart);
  const Range close = widened(y_of_results(chart));
  const auto panel = [&](double left, double right, Range y, std::string_view heading) {
    return Panel{left, right, Scale(Scale::Kind::logarithmic, x.least, x.greatest, left, right),
                 Scale(Scale::Kind::linear, y.least, y.greatest, bottom, top), heading};
  };
  const Panel panels[] = {panel(66, 548, wide, "Against the limits"),
                          panel(632, 1114, close, "Zoomed to the results")};
  for (const Panel& p : panels) {
    draw_frame(drawing, p, chart);
    draw_x_axis(drawing, p, chart);
    for (std::size_t e = 0; e < chart.envelopes.size(); ++e) {
      draw_envelope(drawing, p, chart.envelopes[e], limit_stroke(e), Layer::line);
    }
    draw_series(drawing, p, chart);
    if (y_of_results(chart).empty()) {
      drawing.text({(p.left + p.right) / 2, (top + bottom) / 2 - 8}, "no results to draw",
                   {.size = 13, .colour = soft, .anchor = Anchor::middle});
    }
  }
  draw_legend(drawing, chart);
  return drawing.finish();
}

}  // namespace meterrig::svg
