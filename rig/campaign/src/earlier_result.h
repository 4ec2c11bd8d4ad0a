// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "meterrig/v1/run.pb.h"

namespace meterrig::campaign {

/// Whether a result can be computed from an earlier one, null when there is none. If not, `result`
/// says why: not run when the other was not, not valid when that has no valid value.
[[nodiscard]] bool is_usable(const std::string& name, const v1::PointResult* earlier,
                             v1::PointResult& result);

}  // namespace meterrig::campaign
