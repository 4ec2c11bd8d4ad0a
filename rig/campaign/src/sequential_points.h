// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "meterrig/v1/run.pb.h"
#include "meterrig/v1/suite.pb.h"
#include "meterrig/verdict/sequential.h"
#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::campaign {

/// Makes of a planned error by pulses one that is measured again and again, as a suite with
/// `sequential` asks: the time that it was to take is that up to the first look, in as many
/// measurements of at least three pulse intervals. The last look comes earlier where the suite's
/// longest duration would be passed. Leaves the point as it is when not even two looks fit.
void make_sequential(const v1::Suite& suite, Duration pulse_interval, v1::PlannedPoint& point);

/// Looks and factors of a suite's sequential test: one side, after each measurement, the spread
/// estimated. Errors: those of boundary_for_estimated_spread().
[[nodiscard]] Result<verdict::StoppingBoundary> boundary_of(const v1::Sequential& sequential);

}  // namespace meterrig::campaign
