// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/svg/place_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>

#include "ink.h"
#include "meterrig/svg/drawing.h"
#include "meterrig/svg/scale.h"

namespace meterrig::svg {
namespace {

constexpr double width = 760;
constexpr double height = 400;
constexpr double left = 84;
constexpr double right = width - 22;
constexpr double top = 76;
constexpr double bottom = height - 52;
constexpr double text_size = 12;
constexpr double ring = 5;  // around the one that is meant

struct Band {
  double below;  // %
  std::string_view colour;
  std::string_view label;
};
constexpr std::array bands{
    Band{25, "#c9d8ee", "below 25 %"}, Band{50, "#7ea6dc", "from 25 %"},
    Band{75, "#2f6fc0", "from 50 %"}, Band{100, "#133a74", "from 75 %"},
    Band{std::numeric_limits<double>::infinity(), "#b91c1c", "100 % and more"}};

std::string_view colour_of(double share) {
  for (const Band& band : bands) {
    if (share < band.below) return band.colour;
  }
  return bands.back().colour;
}

double radius_of(double share) { return 3.5 + 5 * std::clamp(share / 100, 0.0, 1.2); }

void draw_shape(Drawing& drawing, PlaceShape shape, Spot at, double radius, std::string_view fill,
                Stroke stroke) {
  switch (shape) {
    case PlaceShape::circle:
      drawing.circle(at, radius, fill, stroke);
      return;
    case PlaceShape::square: {
      const double side = 1.8 * radius;
      drawing.rectangle({at.x - side / 2, at.y - side / 2}, side, side, fill, 1, stroke);
      return;
    }
    case PlaceShape::diamond: {
      const double reach = 1.3 * radius;
      const std::array<Spot, 4> corners{
          {{at.x, at.y - reach}, {at.x + reach, at.y}, {at.x, at.y + reach}, {at.x - reach, at.y}}};
      drawing.polygon(corners, fill, stroke);
      return;
    }
  }
}

void draw_place(Drawing& drawing, const Place& place, Spot at) {
  drawing.begin_group(place.title);
  if (std::isnan(place.share)) {
    drawing.line({at.x - 3, at.y - 3}, {at.x + 3, at.y + 3}, {.colour = soft});
    drawing.line({at.x - 3, at.y + 3}, {at.x + 3, at.y - 3}, {.colour = soft});
  } else {
    const double radius = radius_of(place.share);
    const std::string_view colour = colour_of(place.share);
    if (place.ringed) drawing.circle(at, radius + ring, "none", {.colour = ink, .width = 2});
    draw_shape(drawing, place.shape, at, radius, place.hollow ? "none" : colour,
               place.hollow ? Stroke{.colour = colour, .width = 2}
                            : Stroke{.colour = paper, .width = 0.8});
  }
  drawing.end_group();
}

void draw_legend(Drawing& drawing, const PlaceChart& chart) {
  double x = left;
  for (const Band& band : bands) {
    drawing.rectangle({x, 30}, 12, 12, band.colour);
    drawing.text({x + 17, 40}, band.label, {.size = text_size, .colour = ink});
    x += 17 + text_width(band.label, text_size) + 16;
  }
  x = left;
  const auto add = [&](PlaceShape shape, bool hollow, const std::string& label) {
    if (label.empty()) return;
    draw_shape(drawing, shape, {x + 6, 58}, 5, hollow ? "none" : bands[1].colour,
               hollow ? Stroke{.colour = bands[1].colour, .width = 2} : Stroke{.width = 0});
    drawing.text({x + 17, 62}, label, {.size = text_size, .colour = ink});
    x += 17 + text_width(label, text_size) + 16;
  };
  add(PlaceShape::circle, false, chart.circles);
  add(PlaceShape::square, false, chart.squares);
  add(PlaceShape::diamond, false, chart.diamonds);
  add(PlaceShape::circle, true, chart.hollow);
}

template <class Get>
Scale scale_of(const PlaceChart& chart, const std::vector<AxisMark>& ticks, Scale::Kind kind,
               double from, double to, Get get) {
  double least = std::numeric_limits<double>::infinity();
  double greatest = -least;
  const auto take = [&](double value) {
    if (!std::isfinite(value)) return;
    least = std::min(least, value);
    greatest = std::max(greatest, value);
  };
  for (const AxisMark& tick : ticks) take(tick.value);
  for (const Place& place : chart.places) take(get(place));
  if (kind == Scale::Kind::logarithmic) return {kind, least / 1.25, greatest * 1.25, from, to};
  const double edge = std::max(0.08 * (greatest - least), 1.0);
  return {kind, least - edge, greatest + edge, from, to};
}

}  // namespace

std::string draw(const PlaceChart& chart) {
  Drawing drawing(width, height, chart.title, "places");
  drawing.text({left, 18}, chart.title, {.size = 13, .colour = ink, .bold = true});
  drawing.rectangle({left, top}, right - left, bottom - top, paper);
  const Scale x = scale_of(chart, chart.x_ticks, Scale::Kind::logarithmic, left, right,
                           [](const Place& place) { return place.x; });
  const Scale y = scale_of(chart, chart.y_ticks, Scale::Kind::linear, bottom, top,
                           [](const Place& place) { return place.y; });
  for (const AxisMark& tick : chart.x_ticks) {
    const double at = x.at(tick.value);
    drawing.line({at, top}, {at, bottom}, {.colour = grid});
    drawing.text({at, bottom + 17}, tick.label,
                 {.size = text_size, .colour = ink, .anchor = Anchor::middle});
  }
  for (const AxisMark& tick : chart.y_ticks) {
    const double at = y.at(tick.value);
    drawing.line({left, at}, {right, at}, {.colour = grid});
    drawing.text({left - 7, at + 4}, tick.label,
                 {.size = text_size, .colour = ink, .anchor = Anchor::end});
  }
  drawing.rectangle({left, top}, right - left, bottom - top, "none", 1,
                    {.colour = frame, .width = 1});
  // The one that is meant on top of the others.
  for (const bool ringed : {false, true}) {
    for (const Place& place : chart.places) {
      if (place.ringed == ringed) draw_place(drawing, place, {x.at(place.x), y.at(place.y)});
    }
  }
  if (chart.places.empty())
    drawing.text({(left + right) / 2, (top + bottom) / 2}, "no places",
                 {.size = 13, .colour = soft, .anchor = Anchor::middle});
  drawing.text({(left + right) / 2, bottom + 40}, chart.x_title,
               {.size = text_size, .colour = ink, .anchor = Anchor::middle});
  drawing.text({18, (top + bottom) / 2}, chart.y_title,
               {.size = text_size, .colour = ink, .anchor = Anchor::middle, .turn = -90});
  draw_legend(drawing, chart);
  return drawing.finish();
}

}  // namespace meterrig::svg
