// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <vector>

#include "measurement.h"

namespace meterrig::campaign {

/// Advance of the energy register of the point's direction over one stretch of load.
struct RegisterGate {
  double device = 0;                   ///< as registered, Wh or varh
  double reference = 0;                ///< magnitude
  std::vector<double> partial_errors;  ///< of sub-intervals of the same length, %
  std::vector<verdict::Contribution>
      budget;  ///< register steps, age of the value, times of reading, %
};

/// Register that counts the point's direction.
[[nodiscard]] QuantityId energy_register(const PointContext& context);

/// Those of import and export of the point's energy, in this order.
[[nodiscard]] std::array<QuantityId, 2> both_registers(const PointContext& context);

/// Longer of `planned` and `margin` times what the register's present steps need for the limit.
/// Infinite when no duration helps.
[[nodiscard]] Duration register_time(const PointContext& context, const Reading& reading,
                                     Duration planned, Percent limit, double margin);

/// Contributions of two readings of the register, in % of `reference` energy counted in `duration`;
/// step and energy in Wh or varh.
[[nodiscard]] std::vector<verdict::Contribution> register_budget(const PointContext& context,
                                                                 double step, double reference,
                                                                 Duration duration);

/// Reads the register, lets the time pass in most_sub_intervals parts and reads it after each. When
/// the register's steps need more time than the suite allows, the result is not run, with the
/// duration that would do.
[[nodiscard]] Result<RegisterGate> watch_register(PointContext& context, v1::PointResult& result,
                                                  Duration planned, Percent limit);

}  // namespace meterrig::campaign
