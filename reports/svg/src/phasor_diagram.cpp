// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/svg/phasor_diagram.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "ink.h"
#include "meterrig/svg/drawing.h"
#include "meterrig/svg/error_chart.h"
#include "meterrig/svg/scale.h"

namespace meterrig::svg {
namespace {

constexpr double top = 30;
constexpr double label_size = 11.5;
constexpr double list_pitch = 17;
constexpr double current_share = 0.62;  // length of the greatest current, of the greatest voltage

struct Box {
  double left;
  double top;
  double right;
  double bottom;
  [[nodiscard]] bool meets(const Box& other) const {
    return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
  }
};

Spot turned(Spot centre, double radius, double degrees) {
  const double angle = degrees * std::numbers::pi / 180;
  return {centre.x + radius * std::cos(angle), centre.y - radius * std::sin(angle)};
}

void draw_arrow(Drawing& drawing, Spot from, Spot tip, double degrees, const std::string& colour,
                bool current) {
  constexpr double head = 11;
  const std::array<Spot, 3> triangle = {tip, turned(tip, head, degrees + 180 - 18),
                                        turned(tip, head, degrees + 180 + 18)};
  const Spot neck = turned(tip, head * 0.8, degrees + 180);
  const double width = current ? 1.8 : 2.4;
  drawing.line(from, neck, {.colour = colour, .width = width});
  drawing.polygon(triangle, current ? paper : std::string_view(colour),
                  {.colour = colour, .width = 1.4});
}

/// Beside the tip, where it covers no label and stays in the drawing: outward first, then further
/// round and out.
Spot place(const std::vector<Box>& taken, Spot centre, double radius, double degrees, double width,
           double right, double bottom, Box& box) {
  Spot best{};
  for (const double out : {10.0, 24.0, 38.0, 52.0, -18.0, -40.0}) {
    for (const double round : {0.0, 7.0, -7.0, 14.0, -14.0, 22.0, -22.0, 32.0, -32.0}) {
      const double angle = (degrees + round) * std::numbers::pi / 180;
      const Spot at = turned(centre, radius + out, degrees + round);
      // The anchor moves from the text's left end (right of the diagram) to its right end.
      const double x = at.x - width * (1 - std::cos(angle)) / 2;
      const double y = at.y + label_size * 0.35;
      const Box candidate{x - 2, y - label_size, x + width + 2, y + 3};
      const bool inside = candidate.left >= 0 && candidate.right <= right &&
                          candidate.top >= top - 8 && candidate.bottom <= bottom;
      if (out == 10.0 && round == 0.0) best = {x, y}, box = candidate;
      if (!inside ||
          std::ranges::any_of(taken, [&](const Box& other) { return other.meets(candidate); }))
        continue;
      box = candidate;
      return {x, y};
    }
  }
  best.x = std::clamp(best.x, 2.0, std::max(2.0, right - width - 2));
  return best;
}

void draw_sequence(Drawing& drawing, Spot centre, double radius, int sequence) {
  // The phasors turn counter-clockwise past a fixed point; the arc goes the way of L1, L2, L3.
  const double way = sequence > 0 ? -1 : 1;
  std::vector<Spot> arc;
  constexpr double from = 12;
  constexpr double length = 84;
  for (int i = 0; i <= 28; ++i)
    arc.push_back(turned(centre, radius, way * (from + length * i / 28)));
  drawing.polyline(arc, {.colour = soft, .width = 1.6});
  const double end = way * (from + length);
  const Spot tip = turned(centre, radius, end + way * 7);
  const double heading = end + way * 90;
  const std::array<Spot, 3> head = {tip, turned(tip, 10, heading + 180 - 20),
                                    turned(tip, 10, heading + 180 + 20)};
  drawing.polygon(head, soft);
}

/// In two columns, the first half on the left.
void draw_list(Drawing& drawing, const PhasorDiagram& diagram, double list_top) {
  const std::size_t rows = (diagram.phasors.size() + 1) / 2;
  for (std::size_t i = 0; i < diagram.phasors.size(); ++i) {
    const Phasor& phasor = diagram.phasors[i];
    const bool left = i < rows;
    const double x = left ? 8 : diagram.width / 2 + 8;
    const double y = list_top + list_pitch * static_cast<double>(left ? i : i - rows) + 12;
    drawing.rectangle({x, y - 9}, 10, 10, series_colour(phasor.colour));
    drawing.text({x + 15, y}, phasor.label + "  " + phasor.value,
                 {.size = label_size, .colour = ink});
  }
}

}  // namespace

std::string draw(const PhasorDiagram& diagram) {
  Drawing drawing(diagram.width, diagram.height, diagram.title, "phasors");
  drawing.text({10, 18}, diagram.title, {.size = 13, .colour = ink, .bold = true});
  const std::size_t list_rows = (diagram.phasors.size() + 1) / 2;
  const double list_top = diagram.height - static_cast<double>(list_rows) * list_pitch;
  const Spot centre = {diagram.width / 2, (top + list_top) / 2};
  const double radius = std::min((list_top - top) / 2 - 20, diagram.width / 2 - 90);

  drawing.circle(centre, radius, "none", {.colour = grid, .width = 1});
  drawing.circle(centre, radius / 2, "none", {.colour = grid, .width = 1});
  for (int degrees = 0; degrees < 360; degrees += 30) {
    drawing.line(turned(centre, radius - (degrees % 90 == 0 ? radius : 5), degrees),
                 turned(centre, radius, degrees), {.colour = grid});
  }
  double voltage = 0;
  double current = 0;
  for (const Phasor& phasor : diagram.phasors) {
    double& greatest = phasor.current ? current : voltage;
    if (std::isfinite(phasor.magnitude)) greatest = std::max(greatest, phasor.magnitude);
  }
  if (diagram.sequence != 0) draw_sequence(drawing, centre, 0.3 * radius, diagram.sequence);
  struct Tip {
    const Phasor* phasor;
    double length;
  };
  std::vector<Tip> tips;
  for (const Phasor& phasor : diagram.phasors) {
    const double greatest = phasor.current ? current : voltage;
    if (!std::isfinite(phasor.magnitude) || !std::isfinite(phasor.angle) || !(greatest > 0))
      continue;
    const double share = phasor.current && voltage > 0 ? current_share : 1;
    const double length = radius * share * phasor.magnitude / greatest;
    if (length >= 1) tips.push_back({&phasor, length});
  }
  // Longest first, so that a short one in the same direction lies on top.
  std::ranges::stable_sort(tips, [](const Tip& a, const Tip& b) { return a.length > b.length; });
  for (const Tip& tip : tips) {
    draw_arrow(drawing, centre, turned(centre, tip.length, tip.phasor->angle), tip.phasor->angle,
               series_colour(tip.phasor->colour), tip.phasor->current);
  }
  drawing.circle(centre, 2.5, ink);
  std::vector<Box> taken;
  for (const Tip& tip : tips) {
    // The arrows themselves are kept free but for their inner third, where nothing has room.
    constexpr int boxes = 16;
    for (int i = boxes / 3; i <= boxes; ++i) {
      const Spot at = turned(centre, tip.length * i / boxes, tip.phasor->angle);
      taken.push_back({at.x - 3, at.y - 3, at.x + 3, at.y + 3});
    }
    const Spot tip_at = turned(centre, tip.length, tip.phasor->angle);
    taken.push_back({tip_at.x - 6, tip_at.y - 6, tip_at.x + 6, tip_at.y + 6});
  }
  for (const Tip& tip : tips) {
    Box box{};
    constexpr double bold = 1.08;  // wider than the plain letters
    const double width = bold * text_width(tip.phasor->label, label_size);
    const Spot at = place(taken, centre, tip.length, tip.phasor->angle, width, diagram.width,
                          list_top - 6, box);
    taken.push_back(box);
    // A pale ground keeps a label legible where an arrow passes under it.
    drawing.rectangle({box.left, box.top + 1}, box.right - box.left, box.bottom - box.top - 1,
                      paper, 0.85);
    drawing.text(at, tip.phasor->label,
                 {.size = label_size, .colour = series_colour(tip.phasor->colour), .bold = true});
  }
  if (tips.empty()) {
    drawing.text({centre.x, centre.y - 10}, "no phasors: no steady fundamental",
                 {.size = 12, .colour = soft, .anchor = Anchor::middle});
  }
  draw_list(drawing, diagram, list_top);
  if (diagram.sequence != 0)
    drawing.text({diagram.width - 6, 18},
                 diagram.sequence > 0 ? "sequence L1-L2-L3" : "sequence L1-L3-L2",
                 {.size = 12, .colour = soft, .anchor = Anchor::end});
  return drawing.finish();
}

}  // namespace meterrig::svg
