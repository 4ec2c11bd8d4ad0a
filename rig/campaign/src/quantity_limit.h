// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string_view>

#include "meterrig/v1/run.pb.h"
#include "meterrig/v1/standard.pb.h"

namespace meterrig::campaign {

/// The limit of a quantity row for a class, with where it is written: that of the class by name, or
/// the row's factor times the class number. Its unit is that of the row's basis. Nothing when the
/// row has none for the class.
[[nodiscard]] std::optional<v1::LimitUsed> limit_of_quantity(const v1::QuantityRow& row,
                                                             std::string_view accuracy_class,
                                                             const v1::Standard& standard);

/// The same in the quantity's own unit, for a true value and the rated value in that unit.
[[nodiscard]] double absolute_limit(const v1::QuantityRow& row, double limit, double value,
                                    double rated);

}  // namespace meterrig::campaign
