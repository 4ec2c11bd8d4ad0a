// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace meterrig::svg {

/// A place in a drawing, in user units (pixels at scale 1), y downwards.
struct Spot {
  double x = 0;
  double y = 0;
};

struct Stroke {
  std::string_view colour = "#374151";
  double width = 1;
  std::string_view dashes = "";  ///< as stroke-dasharray; empty is a full line
};

enum class Anchor { start, middle, end };

struct TextStyle {
  double size = 12;
  std::string_view colour = "#374151";
  Anchor anchor = Anchor::start;
  bool bold = false;
  double turn = 0;  ///< deg, clockwise about the text's spot
};

/// Writes one <svg> with role "img" and its title, from the subset that browsers, PDF makers and
/// librsvg draw alike: no style sheet, no reference, no identifier, so that many fit in one page.
/// A shape with a coordinate that is not finite is left out. Numbers have at most two decimals, the
/// same on every machine.
class Drawing {
 public:
  /// `title` is read out and shown when pointed at; `label` is the class attribute.
  Drawing(double width, double height, std::string_view title, std::string_view label = "");

  void line(Spot from, Spot to, Stroke stroke = {});
  void polyline(std::span<const Spot> spots, Stroke stroke = {});
  void polygon(std::span<const Spot> spots, std::string_view fill, Stroke stroke = {.width = 0});
  void rectangle(Spot corner, double width, double height, std::string_view fill,
                 double opacity = 1, Stroke stroke = {.width = 0});
  void circle(Spot centre, double radius, std::string_view fill, Stroke stroke = {.width = 0});
  void text(Spot spot, std::string_view content, TextStyle style = {});

  /// Another drawing, whole, with its upper left corner there.
  void inset(Spot corner, std::string_view drawing);

  /// Shapes up to end_group() share a title.
  void begin_group(std::string_view title);
  void end_group();

  /// The whole element.
  [[nodiscard]] std::string finish() const;

 private:
  std::string body_;
};

}  // namespace meterrig::svg
