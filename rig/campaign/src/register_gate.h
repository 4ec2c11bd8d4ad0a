// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "measurement.h"

namespace meterrig::campaign {

/// Advance of the energy register of the point's direction over one stretch of load.
struct RegisterGate {
  ActiveEnergy device;                 ///< as registered
  ActiveEnergy reference;              ///< magnitude
  std::vector<double> partial_errors;  ///< of thirds, %
  std::vector<verdict::Contribution>
      budget;  ///< register steps, age of the value, times of reading, %
};

/// Register that counts the point's direction.
[[nodiscard]] QuantityId energy_register(const PointContext& context);

/// Longer of `planned` and `margin` times what the register's present steps need for the limit.
/// Infinite when no duration helps.
[[nodiscard]] Duration register_time(const PointContext& context, const Reading& reading,
                                     Duration planned, Percent limit, double margin);

/// Contributions of two readings of the register, in % of `reference` energy counted in `duration`.
[[nodiscard]] std::vector<verdict::Contribution> register_budget(const PointContext& context,
                                                                 double step_wh,
                                                                 ActiveEnergy reference,
                                                                 Duration duration);

/// Reads the register, lets the time pass in thirds and reads it again. When the register's steps
/// need more time than the suite allows, the result is not run, with the duration that would do.
[[nodiscard]] Result<RegisterGate> watch_register(PointContext& context, v1::PointResult& result,
                                                  Duration planned, Percent limit);

}  // namespace meterrig::campaign
