// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/svg/drawing.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>

#include "meterrig/report/xml_text.h"

namespace meterrig::svg {
namespace {

using report::escaped;

std::string number(double value) {
  std::string text = fmt::format("{:.2f}", value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  if (text == "-0") text.erase(0, 1);
  return text;
}

bool finite(std::initializer_list<double> values) {
  return std::ranges::all_of(values, [](double value) { return std::isfinite(value); });
}

bool finite(std::span<const Spot> spots) {
  return std::ranges::all_of(spots, [](Spot spot) { return finite({spot.x, spot.y}); });
}

std::string attributes(const Stroke& stroke) {
  if (!(stroke.width > 0)) return "";
  std::string text = fmt::format(R"( stroke="{}" stroke-width="{}")", escaped(stroke.colour),
                                 number(stroke.width));
  if (!stroke.dashes.empty())
    text += fmt::format(R"( stroke-dasharray="{}")", escaped(stroke.dashes));
  return text;
}

std::string coordinates(std::span<const Spot> spots) {
  std::string text;
  for (const Spot spot : spots) {
    if (!text.empty()) text += ' ';
    text += number(spot.x) + "," + number(spot.y);
  }
  return text;
}

}  // namespace

Drawing::Drawing(double width, double height, std::string_view title, std::string_view label) {
  const std::string name = escaped(title);
  body_ = fmt::format(
      R"(<svg xmlns="http://www.w3.org/2000/svg" class="{}" viewBox="0 0 {} {}" width="{}" height="{}" role="img" aria-label="{}" font-family="Inter, 'DejaVu Sans', Arial, sans-serif"><title>{}</title>)",
      escaped(label), number(width), number(height), number(width), number(height), name, name);
}

void Drawing::line(Spot from, Spot to, Stroke stroke) {
  if (!finite({from.x, from.y, to.x, to.y})) return;
  body_ += fmt::format(R"(<line x1="{}" y1="{}" x2="{}" y2="{}"{}/>)", number(from.x),
                       number(from.y), number(to.x), number(to.y), attributes(stroke));
}

void Drawing::polyline(std::span<const Spot> spots, Stroke stroke) {
  if (spots.size() < 2 || !finite(spots)) return;
  body_ += fmt::format(R"(<polyline points="{}" fill="none"{}/>)", coordinates(spots),
                       attributes(stroke));
}

void Drawing::polygon(std::span<const Spot> spots, std::string_view fill, Stroke stroke) {
  if (spots.size() < 3 || !finite(spots)) return;
  body_ += fmt::format(R"(<polygon points="{}" fill="{}"{}/>)", coordinates(spots), escaped(fill),
                       attributes(stroke));
}

void Drawing::rectangle(Spot corner, double width, double height, std::string_view fill,
                        double opacity, Stroke stroke) {
  if (!finite({corner.x, corner.y, width, height}) || width < 0 || height < 0) return;
  body_ += fmt::format(R"(<rect x="{}" y="{}" width="{}" height="{}" fill="{}")", number(corner.x),
                       number(corner.y), number(width), number(height), escaped(fill));
  if (opacity < 1) body_ += fmt::format(R"( fill-opacity="{}")", number(opacity));
  body_ += attributes(stroke) + "/>";
}

void Drawing::circle(Spot centre, double radius, std::string_view fill, Stroke stroke) {
  if (!finite({centre.x, centre.y, radius})) return;
  body_ += fmt::format(R"(<circle cx="{}" cy="{}" r="{}" fill="{}"{}/>)", number(centre.x),
                       number(centre.y), number(radius), escaped(fill), attributes(stroke));
}

void Drawing::text(Spot spot, std::string_view content, TextStyle style) {
  if (!finite({spot.x, spot.y, style.turn})) return;
  const std::string_view anchor = style.anchor == Anchor::start    ? "start"
                                  : style.anchor == Anchor::middle ? "middle"
                                                                   : "end";
  body_ += fmt::format(R"(<text x="{}" y="{}" font-size="{}" fill="{}" text-anchor="{}")",
                       number(spot.x), number(spot.y), number(style.size), escaped(style.colour),
                       anchor);
  if (style.bold) body_ += R"( font-weight="600")";
  if (style.turn != 0) {
    body_ += fmt::format(R"x( transform="rotate({} {} {})")x", number(style.turn), number(spot.x),
                         number(spot.y));
  }
  body_ += fmt::format(">{}</text>", escaped(content));
}

void Drawing::inset(Spot corner, std::string_view drawing) {
  body_ += fmt::format(R"x(<g transform="translate({} {})">{}</g>)x", number(corner.x),
                       number(corner.y), drawing);
}

void Drawing::begin_group(std::string_view title) {
  body_ += "<g>";
  if (!title.empty()) body_ += fmt::format("<title>{}</title>", escaped(title));
}

void Drawing::end_group() { body_ += "</g>"; }

std::string Drawing::finish() const { return body_ + "</svg>"; }

}  // namespace meterrig::svg
