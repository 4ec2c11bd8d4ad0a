// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace meterrig::svg {

struct SpectrumSeries {
  std::string label;
  std::vector<double> percent;  ///< of the fundamental: orders 1, 2, ...; NaN leaves a gap
  std::size_t colour = 0;       ///< number of series_colour()
};

struct SpectrumChart {
  std::string title;
  std::vector<SpectrumSeries> series;
  bool logarithmic = true;  ///< from 0.01 % on; else linear from 0
  double width = 700;
  double height = 330;
};

/// Bars of the harmonics side by side. A linear one leaves the fundamental out, so that the others
/// are seen.
[[nodiscard]] std::string draw(const SpectrumChart& chart);

}  // namespace meterrig::svg
