// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "meterrig/vocabulary/instruments.h"
#include "meterrig/vocabulary/operating_point.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::scpi {

/// How far a read-back may be from what was set: `absolute` plus `relative` of the set value.
template <class Q>
struct Tolerance {
  Q absolute;
  double relative = 0;
};

struct OutputTolerance {
  Tolerance<Voltage> voltage;
  Tolerance<Current> current;
  Tolerance<Frequency> frequency;
  Angle angle;
};

/// Whether a source of that range may put the point out. Angles of what is 0 V or 0 A may be
/// unknown. Errors: invalid_argument for a value that is unknown or below 0; out_of_range naming
/// value and range.
[[nodiscard]] Result<void> check_range(const OperatingPoint& point, const SourceRange& range);

/// The point with angles of 0 deg where they mean nothing and are unknown.
[[nodiscard]] OperatingPoint with_all_angles(OperatingPoint point);

/// Whether what an instrument tells of its output is what was set. Angles are compared around the
/// turn, and only where there is something to have one. Error: aborted naming both values.
[[nodiscard]] Result<void> check_output(const OperatingPoint& set, const OperatingPoint& read,
                                        const OutputTolerance& tolerance);

/// Whether nothing is put out. Error: aborted naming the voltage or current that is.
[[nodiscard]] Result<void> check_silent(const OperatingPoint& read,
                                        const OutputTolerance& tolerance);

}  // namespace meterrig::scpi
