// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <vector>

#include "measurement.h"

namespace meterrig::campaign {

struct ErrorMeasurement {
  double error;  ///< %
  std::vector<verdict::Contribution> budget;
};

/// Percentage error of the point's energy of what is now applied, by pulses, register advance or
/// instantaneous value, as the plan says. Puts the evidence (energies, pulses, readings, errors of
/// the sub-intervals) into the result, which prepare() has begun. Nothing when there is no error:
/// the result then says why.
[[nodiscard]] Result<std::optional<ErrorMeasurement>> measure_error(PointContext& context,
                                                                    v1::PointResult& result);

}  // namespace meterrig::campaign
