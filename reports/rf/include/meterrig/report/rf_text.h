// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "meterrig/v1/rf_sweep.pb.h"

namespace meterrig::report {

/// What a sweep is to do: request, where its figures come from and how sure that is, what of it is
/// not the standard's, set-up, steps and time. Plain lines, the last one ended.
[[nodiscard]] std::string rf_plan_text(const v1::RfSweepRecord& record);

/// What came of it: how many steps were valid, the range of what was found at them, and a table of
/// those that were not with their reasons.
[[nodiscard]] std::string rf_result_text(const v1::RfSweepRecord& record);

}  // namespace meterrig::report
