// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "meterrig/v1/mutant.pb.h"

namespace meterrig::report {

/// One HTML page without anything from elsewhere: the matrix of mutants and rows, coloured by the
/// share of the points that failed. It says SIMULATED, and what is behind a cell when pointed at.
[[nodiscard]] std::string mutants_page(const v1::MutantStudy& study);

}  // namespace meterrig::report
