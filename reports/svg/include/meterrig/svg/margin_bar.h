// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace meterrig::svg {

/// A bar of `percent` on a scale to 150 % with a line at 100 %; a greater one ends in an arrow. NaN
/// draws the empty scale.
[[nodiscard]] std::string margin_bar(double percent, std::string_view colour,
                                     std::string_view title);

}  // namespace meterrig::svg
