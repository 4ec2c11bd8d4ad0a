// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "meterrig/campaign/inputs.h"
#include "meterrig/campaign/plan.h"
#include "meterrig/mutants/mutate.h"
#include "meterrig/v1/mutant.pb.h"

namespace meterrig::mutants {

struct StudySettings {
  std::uint64_t seed = 1;
  int seeds = 1;          ///< runs of the meter without a defect, from `seed` on; 0 for none
  bool smallest = false;  ///< looks for the smallest size that is caught
  int bisections = 7;
  unsigned jobs = 1;              ///< runs at a time
  std::filesystem::path scratch;  ///< folder for runs at work
  std::string software_version;
  /// The share that is done, and what came last; from one thread at a time.
  std::function<void(double share, std::string_view what)> progress;
  const std::atomic<bool>* stop = nullptr;  ///< ends the study early when set
};

/// Runs the plan (of one suite) on a meter without a defect and on each mutant of it, and tells
/// which rows found what. For the smallest size only the points that failed at the typical size,
/// and what they are compared with, are run again. A trial that does not come to its end, other
/// than by a failure of the meter, is not tried. Error: that of a meter without a defect that
/// cannot be tried, or of a mutant that cannot be made.
[[nodiscard]] Result<v1::MutantStudy> study(const campaign::Inputs& inputs,
                                            const campaign::Plan& plan, const MadeMeter& meter,
                                            const std::vector<v1::Mutant>& mutants,
                                            const StudySettings& settings);

/// Nothing that must be found was missed, nothing was found that is not there.
[[nodiscard]] bool is_good(const v1::MutantStudy& study);

}  // namespace meterrig::mutants
