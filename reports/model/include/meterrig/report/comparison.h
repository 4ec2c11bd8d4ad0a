// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "meterrig/report/figures.h"

namespace meterrig::report {

/// A comparison as text, with its unit: U has two significant digits, the others its decimals.
struct ComparisonFigures {
  std::string quantity;
  std::string unit;
  std::string device;
  std::string reference;
  std::string difference;
  std::string uncertainty;
  std::string difference_percent;  ///< of the reference; empty for
                                   ///< angles, frequencies and power factors
  std::string uncertainty_percent;
};
[[nodiscard]] ComparisonFigures comparison_figures(const v1::Comparison& comparison,
                                                   Signs signs = Signs::print);

/// How a recording was played, for people: name and text.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> played_facts(
    const v1::PlayedRecording& played);

}  // namespace meterrig::report
