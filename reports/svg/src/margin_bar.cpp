// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/svg/margin_bar.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "meterrig/svg/drawing.h"

namespace meterrig::svg {

std::string margin_bar(double percent, std::string_view colour, std::string_view title) {
  constexpr double width = 84;
  constexpr double height = 12;
  constexpr double limit = 56;  // 100 %
  Drawing drawing(width, height, title, "bar");
  drawing.rectangle({0, 3}, width, 6, "#e5e8ee");
  if (!std::isnan(percent)) {
    const double end = std::clamp(percent / 100 * limit, 0.0, width);
    const bool beyond = percent > 150;
    drawing.rectangle({0, 3}, beyond ? width - 7 : end, 6, colour);
    if (beyond) {
      const std::array<Spot, 3> arrow = {Spot{width - 7, 0}, Spot{width, 6}, Spot{width - 7, 12}};
      drawing.polygon(arrow, colour);
    }
  }
  drawing.line({limit, 0}, {limit, height}, {.colour = "#1f2937", .width = 1.5});
  return drawing.finish();
}

}  // namespace meterrig::svg
