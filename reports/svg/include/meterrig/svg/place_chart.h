// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "meterrig/svg/error_chart.h"

namespace meterrig::svg {

enum class PlaceShape { circle, square, diamond };

/// Something that has a size at a place.
struct Place {
  double x = 0;      ///< above 0
  double y = 0;      ///< in the unit of the y axis
  double share = 0;  ///< in %; NaN is drawn as a small cross
  PlaceShape shape = PlaceShape::circle;
  bool hollow = false;
  bool ringed = false;  ///< the one that is meant
  std::string title;    ///< shown when pointed at
};

struct PlaceChart {
  std::string title;
  std::string x_title;
  std::string y_title;
  std::vector<AxisMark> x_ticks;
  std::vector<AxisMark> y_ticks;
  /// What the shapes, hollow ones last, are, in words; an empty one is left out.
  std::string circles;
  std::string squares;
  std::string diamonds;
  std::string hollow;
  std::vector<Place> places;
};

/// Places over a logarithmic x and a linear y. The greater the share, the larger and the darker;
/// from 100 % on red. A chart without places has its axes and says so.
[[nodiscard]] std::string draw(const PlaceChart& chart);

}  // namespace meterrig::svg
