// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "meterrig/v1/mutant.pb.h"

namespace meterrig::report {

[[nodiscard]] std::string_view word(v1::MutantVerdict verdict);

/// "0.5 %", or "-" for a mutant that has no size.
[[nodiscard]] std::string size_text(const v1::MutantResult& result);
/// "0.48 %", "all" when the mildest is caught; empty when it was not looked for.
[[nodiscard]] std::string smallest_text(const v1::MutantResult& result);
/// "7 caught, 1 missed": the verdicts that there are.
[[nodiscard]] std::string counts_text(const v1::MutantStudy& study);
/// How often the meter without a defect failed; empty when it was not tried.
[[nodiscard]] std::string alarms_text(const v1::MutantStudy& study);
/// "48 runs in 95 s".
[[nodiscard]] std::string effort_text(const v1::MutantStudy& study);

}  // namespace meterrig::report
