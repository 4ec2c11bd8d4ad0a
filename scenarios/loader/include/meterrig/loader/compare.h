// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "meterrig/v1/standard.pb.h"

namespace meterrig::loader {

/// Something that two editions of a standard say differently.
struct RowDifference {
  std::string row;   ///< its id; "reference conditions" for those
  std::string what;  ///< "limit of class 0.5S", "time coefficient"; "row" when one edition lacks it
  std::string first;   ///< as the first edition has it: "0.5 %", "-" for nothing
  std::string second;  ///< the same of the second
};

/// Rows with the same id are the same row. What is compared are figures and conditions, not
/// clauses, sources and how sure they are. In the order of the rows, those that only the second has
/// last of their kind.
[[nodiscard]] std::vector<RowDifference> compare(const v1::Standard& first,
                                                 const v1::Standard& second);

}  // namespace meterrig::loader
