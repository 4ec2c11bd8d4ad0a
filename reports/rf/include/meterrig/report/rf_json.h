// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "meterrig/v1/rf_sweep.pb.h"

namespace meterrig::report {

/// A sweep for programs: the message in protobuf's JSON form, with the schema's field names. A zero
/// is printed; what was not found is not.
[[nodiscard]] std::string rf_json(const v1::RfSweepRecord& record);

}  // namespace meterrig::report
