// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "meterrig/v1/standard.pb.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::loader {

/// "0.05 In", "Imax", "10 Itr": a multiple above 0 of the nominal, maximum, transitional (Itr),
/// minimum (Imin) or starting (Ist) current. Errors: invalid_argument, saying what was found and
/// what was expected.
[[nodiscard]] Result<v1::CurrentLevel> parse_current_level(std::string_view text);
/// "1", "0.5i" (inductive: the current lags) or "0.8c" (capacitive): above 0, at most 1, with a
/// letter unless it is 1. Errors: invalid_argument, saying what was found and what was expected.
[[nodiscard]] Result<v1::PowerFactor> parse_power_factor(std::string_view text);

/// Text that reads back to the same value, such as "0.05 In", "In", "Imax".
[[nodiscard]] std::string to_string(const v1::CurrentLevel& level);
/// Such as "1", "0.5i", "0.8c".
[[nodiscard]] std::string to_string(const v1::PowerFactor& power_factor);

}  // namespace meterrig::loader
