// SPDX-License-Identifier: GPL-3.0-or-later
#include "calibration_picture.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "meterrig/svg/drawing.h"
#include "meterrig/svg/error_chart.h"
#include "meterrig/svg/scale.h"

namespace meterrig::cli {
namespace {

constexpr double width = 1080;
constexpr double panel_height = 300;
constexpr double left = 84;
constexpr double right = width - 24;
constexpr double heading = 56;  // title and legend
constexpr double foot = 48;     // frequencies
constexpr std::string_view grid = "#e5e7eb";

struct Value {
  double frequency = 0;
  double middle = 0;
  double half = 0;  // of the error bar
};

struct Trace {
  std::string label;
  std::vector<Value> values;
};

template <class Middle, class Half>
std::vector<Trace> traces_of(const v1::Calibration& calibration, Middle middle, Half half) {
  std::vector<Trace> traces;
  for (const v1::CalibratedTerminal& terminal : calibration.terminals()) {
    const bool voltage = terminal.quantity() == v1::CALIBRATED_QUANTITY_VOLTAGE;
    Trace& trace = traces.emplace_back(
        Trace{.label = (voltage ? "U " : "I ") + terminal.phase(), .values = {}});
    for (const v1::CalibratedPoint& point : terminal.points())
      trace.values.push_back(
          {.frequency = point.frequency(), .middle = middle(point), .half = half(point)});
  }
  return traces;
}

void draw_panel(svg::Drawing& drawing, double top, const std::string& title,
                const std::vector<Trace>& traces) {
  double least = std::numeric_limits<double>::infinity();
  double greatest = -least;
  double last = 0;
  for (const Trace& trace : traces) {
    for (const Value& value : trace.values) {
      least = std::min(least, value.middle - value.half);
      greatest = std::max(greatest, value.middle + value.half);
      last = std::max(last, value.frequency);
    }
  }
  const double bottom = top + panel_height - foot;
  const svg::Scale x(svg::Scale::Kind::linear, 0, last, left, right);
  const svg::Scale y(svg::Scale::Kind::linear, least, greatest, bottom, top);
  const svg::Ticks rows = svg::nice_ticks(y.least(), y.greatest(), 8);
  for (const double value : rows.values) {
    drawing.line({left, y.at(value)}, {right, y.at(value)}, {.colour = grid});
    drawing.text({left - 7, y.at(value) + 4}, svg::tick_label(value, rows.decimals),
                 {.anchor = svg::Anchor::end});
  }
  const svg::Ticks columns = svg::nice_ticks(0, last, 10);
  for (const double value : columns.values) {
    drawing.line({x.at(value), top}, {x.at(value), bottom}, {.colour = grid});
    drawing.text({x.at(value), bottom + 17}, svg::tick_label(value, columns.decimals),
                 {.anchor = svg::Anchor::middle});
  }
  drawing.rectangle({left, top}, right - left, bottom - top, "none", 1, {.width = 1});
  drawing.text({18, (top + bottom) / 2}, title, {.anchor = svg::Anchor::middle, .turn = -90});
  drawing.text({(left + right) / 2, bottom + 34}, "frequency / Hz",
               {.anchor = svg::Anchor::middle});
  for (std::size_t t = 0; t < traces.size(); ++t) {
    const std::string colour = svg::series_colour(t);
    std::vector<svg::Spot> spots;
    for (const Value& value : traces[t].values) {
      const double at = x.at(value.frequency);
      spots.push_back({at, y.at(value.middle)});
      drawing.line({at, y.at(value.middle - value.half)}, {at, y.at(value.middle + value.half)},
                   {.colour = colour, .width = 1.5});
      drawing.circle(spots.back(), 2, colour);
    }
    drawing.polyline(spots, {.colour = colour, .width = 1.2});
  }
}

}  // namespace

std::string calibration_picture(const v1::Calibration& calibration) {
  const std::string title = fmt::format("{}, serial number {}, {}", calibration.instrument(),
                                        calibration.serial_number(), calibration.date());
  svg::Drawing drawing(width, heading + 2 * panel_height, title, "calibration");
  drawing.rectangle({0, 0}, width, heading + 2 * panel_height, "#ffffff");
  drawing.text({left, 20}, title, {.size = 14, .bold = true});
  const auto gains = traces_of(
      calibration, [](const auto& point) { return 100 * (point.gain() - 1); },
      [](const auto& point) { return point.gain() * point.gain_uncertainty(); });
  const auto angles = traces_of(
      calibration, [](const auto& point) { return point.angle(); },
      [](const auto& point) { return point.angle_uncertainty(); });
  double x = left;
  for (std::size_t t = 0; t < gains.size(); ++t, x += 80) {
    drawing.rectangle({x, 38}, 14, 4, svg::series_colour(t));
    drawing.text({x + 20, 44}, gains[t].label);
  }
  draw_panel(drawing, heading, "gain less 1 / %", gains);
  draw_panel(drawing, heading + panel_height, "angle / \u00b0", angles);
  return drawing.finish();
}

}  // namespace meterrig::cli
