// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "commands.h"
#include "meterrig/iio/chain.h"
#include "meterrig/safety/limits.h"
#include "meterrig/v1/bench.pb.h"
#include "meterrig/vocabulary/operating_point.h"
#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::cli {

/// What `source calibrate` puts out and measures.
struct CalibrationPlan {
  /// One for each fundamental frequency; the last has the orders asked for, those before it are the
  /// ends of what the source does, so that a correction is known from one to the other.
  std::vector<iio::ChainSettings> parts;
  /// The fundamentals alone, at the frequency of the last part: what the output rises to.
  OperatingPoint point;
};

/// The plan of a bench's outputs. Errors: invalid_argument, naming option, value and what was
/// expected; failed_precondition for a bench whose source or reference are no converters, or whose
/// outputs are not all seen by an input.
[[nodiscard]] Result<CalibrationPlan> plan_calibration(const CalibrateSourceOptions& options,
                                                       const v1::Bench& bench);

/// Whether all that the plan puts out keeps the limits: fundamental and harmonic together in r.m.s.
/// value and power, and in the peak that both may reach. Error: out_of_range.
[[nodiscard]] Result<void> check_calibration(const CalibrationPlan& plan,
                                             const safety::Limits& limits);

/// "1-40", "1,3,5-7": rising numbers from 1 on. Error: invalid_argument.
[[nodiscard]] Result<std::vector<std::int32_t>> orders_from(const std::string& text);

}  // namespace meterrig::cli
