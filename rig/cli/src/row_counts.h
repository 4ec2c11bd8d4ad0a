// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "meterrig/v1/standard.pb.h"
#include "meterrig/v1/suite.pb.h"

namespace meterrig::cli {

/// How many rows there are, and how sure their limits are. A row with limits by class counts as one
/// row and as so many limits, every other row as one of each.
struct RowCounts {
  int rows = 0;
  int limits = 0;
  int verified = 0;  ///< compared with the standard itself
  int public_source = 0;
  int memory = 0;
  int uncertain = 0;

  RowCounts& operator+=(const RowCounts& other);
};

/// All rows of a standard.
[[nodiscard]] RowCounts counts_of(const v1::Standard& standard);
/// The rows that a suite names, each with the limit of the suite's class.
[[nodiscard]] RowCounts counts_of(const v1::Suite& suite, const v1::Standard& standard);

/// "1 verified, 2 from public sources, 3 from memory, 4 uncertain".
[[nodiscard]] std::string sureness(const RowCounts& counts);

}  // namespace meterrig::cli
