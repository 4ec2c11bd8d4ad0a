// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "meterrig/svg/error_chart.h"

namespace meterrig::svg {

/// Errors over the order of the harmonic, which is the x of points and limits.
struct HarmonicChart {
  std::string title;
  std::string y_title;
  std::vector<ChartSeries> series;
  std::vector<LimitStep> limits;
};

/// A bar from zero to each error with its uncertainty, twice side by side: at the scale of the
/// limits, with what lies beyond them shaded, and at the scale of the results. Bars of several
/// series stand beside one another. One far beyond the limit ends at the edge, with its value
/// there. A failed bar has a red frame, one that is not valid is hollow.
[[nodiscard]] std::string draw(const HarmonicChart& chart);

}  // namespace meterrig::svg
