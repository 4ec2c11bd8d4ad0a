// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "meterrig/v1/run.pb.h"

namespace meterrig::campaign {

/// Computes every result of a stored run again from its evidence: the error from the energies, a
/// shift from its two errors, U from the budget, the verdict from value, U, limit and rule. One
/// sentence for each that does not agree; empty when all do.
[[nodiscard]] std::vector<std::string> recheck(const v1::Run& run);

}  // namespace meterrig::campaign
