// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "meterrig/vocabulary/result.h"

namespace meterrig::mutants {

/// A field of a path, and the entry of it that is meant.
struct PathStep {
  std::string field;
  std::string entry;  ///< between the brackets; empty without
};

/// "front_end.current[*].gain". Error: invalid_argument for an empty name or brackets that do not
/// match.
[[nodiscard]] Result<std::vector<PathStep>> parse_path(std::string_view text);

}  // namespace meterrig::mutants
