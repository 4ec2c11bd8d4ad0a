// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "commands.h"
#include "meterrig/v1/rf.pb.h"
#include "meterrig/v1/rf_sweep.pb.h"
#include "meterrig/vocabulary/result.h"
#include "meterrig/vocabulary/rf_sweep.h"

namespace meterrig::cli {

/// A sweep that the command line asks for, and how it is told in the record.
struct RfRequest {
  RfSweepPlan plan;
  v1::RfRequestRecord record;  ///< without the file's SHA-256
};

/// The disturbance's figures, but where the options say otherwise; each of those is a departure
/// from the standard. Errors: not_found (band or level, listing what there is), invalid_argument
/// (an option that cannot be read, pulses that the disturbance does not have), out_of_range (a
/// frequency outside the band).
[[nodiscard]] Result<RfRequest> rf_request(const v1::RfDisturbance& disturbance,
                                           const RfSweepOptions& options);

}  // namespace meterrig::cli
