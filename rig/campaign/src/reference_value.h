// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "meterrig/campaign/bench.h"

namespace meterrig::campaign {

/// What the reference says, and the number of which its relative uncertainty is taken, both in
/// unit_symbol() of the quantity's kind.
struct ReferenceValue {
  double value = 0;
  double scale = 0;
};

/// Harmonics are those of the second algorithm, which fits them, in % of the fundamental. Nothing
/// for what the reference does not read.
[[nodiscard]] std::optional<ReferenceValue> reference_value(const ReferenceReading& reading,
                                                            QuantityId id);

}  // namespace meterrig::campaign
