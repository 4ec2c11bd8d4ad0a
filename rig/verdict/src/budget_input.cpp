// SPDX-License-Identifier: GPL-3.0-or-later
#include "budget_input.h"

#include <cmath>

namespace meterrig::verdict {

InputQuantity input_of(const Contribution& line) {
  const double u = line.standard_uncertainty;
  if (std::isfinite(line.degrees_of_freedom))
    return student_input(line.name, 0.0, u, line.degrees_of_freedom);
  const auto within = [&](double half_width) {
    InputQuantity x = rectangular_input(line.name, -half_width, half_width);
    x.distribution = line.distribution;
    return x;
  };
  switch (line.distribution) {
    case Distribution::rectangular:
      return within(u * std::sqrt(3.0));
    case Distribution::triangular:
      return within(u * std::sqrt(6.0));
    case Distribution::arcsine:
      return within(u * std::sqrt(2.0));
    case Distribution::normal:
    case Distribution::student:
    case Distribution::trapezoidal:
    case Distribution::curvilinear:
    case Distribution::exponential:
      break;
  }
  return normal_input(line.name, 0.0, u);
}

}  // namespace meterrig::verdict
