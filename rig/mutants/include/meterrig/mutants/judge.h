// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "meterrig/v1/mutant.pb.h"

namespace meterrig::mutants {

/// What the data say of a mutant of this size in a suite.
struct Demand {
  bool declared = false;           ///< the data say something of this suite
  bool beyond_limits = false;      ///< the size is one that must be found
  std::vector<std::string> tests;  ///< those that must find it; none: it is not seen
  std::string because;
};

[[nodiscard]] Demand demand_of(const v1::Mutant& mutant, std::optional<double> size,
                               const std::string& suite);

/// `run` are the tests of which points were run, `failed` those of which one failed. A test that
/// was left out is not demanded; when all that must find a mutant were, nothing is.
[[nodiscard]] v1::MutantVerdict judge(const Demand& demand, const std::set<std::string>& run,
                                      const std::set<std::string>& failed);

/// Whether the suite, or the data of the mutant, are wrong.
[[nodiscard]] bool is_bad(v1::MutantVerdict verdict);

}  // namespace meterrig::mutants
