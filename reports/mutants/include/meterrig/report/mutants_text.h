// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "meterrig/v1/mutant.pb.h"

namespace meterrig::report {

/// A line a mutant: size, verdict, what found it and, where it was looked for, the smallest size;
/// then the counts, and the false alarms of the meter without a defect.
[[nodiscard]] std::string mutants_text(const v1::MutantStudy& study);

}  // namespace meterrig::report
