// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "meterrig/v1/rf_sweep.pb.h"

namespace meterrig::report {

/// One SVG: the level and the modulation that were found over the frequency, with what was asked
/// for; steps that are not valid are marked and stay where they were found, or at the lower edge
/// when nothing was.
[[nodiscard]] std::string rf_picture(const v1::RfSweepRecord& record);

}  // namespace meterrig::report
