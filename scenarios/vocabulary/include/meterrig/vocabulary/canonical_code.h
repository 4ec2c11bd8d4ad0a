// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

#include "meterrig/vocabulary/result.h"

namespace meterrig {

/// Numbers of gRPC's canonical codes.
[[nodiscard]] std::int32_t canonical(ErrorCode code);
/// internal for a number that is none of them.
[[nodiscard]] ErrorCode code_of(std::int32_t canonical);

}  // namespace meterrig
