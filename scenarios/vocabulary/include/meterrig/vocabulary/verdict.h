// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "meterrig/vocabulary/quantity.h"

namespace meterrig {

/// How sure the fact behind a limit or a register is. Anything but verified is marked in the
/// report.
enum class Confidence : std::uint8_t {
  unspecified,
  verified,       ///< checked against a copy of the standard or the maker's document
  public_source,  ///< read in a public source that restates it
  memory,         ///< engineering knowledge, not checked again
  uncertain,      ///< doubtful value or range
};

/// A symmetric limit of error in percent of the true value, with where it is written.
struct Limit {
  Percent magnitude;     ///< L: the error may lie in [-L, L]
  std::string standard;  ///< such as "IEC 62053-22"
  std::string edition;   ///< such as "2020"
  std::string clause;    ///< clause or table
  std::string row;       ///< row of our data, such as "22.B1"
  Confidence confidence = Confidence::unspecified;
  std::string provenance;  ///< the public source, for the report
};

/// Outcome of a test point.
enum class Outcome : std::uint8_t {
  pass,
  conditional_pass,  ///< inside the limit, within the guard band
  conditional_fail,  ///< outside the limit, within the guard band
  fail,
  not_valid,  ///< the rig's fault
  not_run,    ///< with its reason
  manual,     ///< waits for an entry by a named person
  done,       ///< a step, which decides nothing
};

[[nodiscard]] std::string_view name(Outcome outcome);
[[nodiscard]] std::string_view name(Confidence confidence);

}  // namespace meterrig
