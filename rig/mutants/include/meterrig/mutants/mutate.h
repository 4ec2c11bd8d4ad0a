// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "meterrig/v1/device.pb.h"
#include "meterrig/v1/mutant.pb.h"
#include "meterrig/v1/twin.pb.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::mutants {

/// A simulated meter as it was made: what its device profile should say of it, and its error model.
struct MadeMeter {
  v1::Device device;
  v1::Twin twin;
};

/// Builds the defect into a meter. `size` is in the unit of the mutant's parameters; none for one
/// that has no size. A path names fields; an entry of a list is [number], [*] for all of them, or
/// the entry whose id, quantity or name is in the brackets; the number after the last adds one.
/// Errors: not_found for a parameter that the meter lacks, out_of_range for a value outside the
/// parameter's rule, invalid_argument for a path or a value that cannot be read; each names
/// mutant, parameter, value and what was expected.
[[nodiscard]] Result<MadeMeter> mutate(const v1::Mutant& mutant, std::optional<double> size,
                                       MadeMeter meter);

}  // namespace meterrig::mutants
