// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

#include "meterrig/vocabulary/result.h"

namespace meterrig::inject {

/// Numbers of gRPC's canonical codes, as error replies have them.
[[nodiscard]] std::int32_t canonical(ErrorCode code);
/// internal for a number that is none of them.
[[nodiscard]] ErrorCode code_of(std::int32_t canonical);

}  // namespace meterrig::inject
