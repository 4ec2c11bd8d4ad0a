// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <string>

#include "meterrig/campaign/inputs.h"
#include "meterrig/campaign/plan.h"
#include "meterrig/mutants/mutate.h"
#include "meterrig/v1/run.pb.h"

namespace meterrig::mutants {

struct TrialSettings {
  std::uint64_t seed = 1;
  bool until_first_failure = false;  ///< what comes after a point that failed is not run
  std::filesystem::path store;       ///< of the run; taken away afterwards
  std::string software_version;
  const std::atomic<bool>* stop = nullptr;  ///< ends the run early when set
};

/// Runs the plan on a simulated meter in this process, on virtual time. The meter is read over
/// Modbus TCP by the profile of the inputs, which need not be the one that it was made by. Errors:
/// those of the twin, of its link and of campaign::run().
[[nodiscard]] Result<v1::Run> run_trial(const campaign::Inputs& inputs, const campaign::Plan& plan,
                                        const MadeMeter& meter, const TrialSettings& settings);

/// Fail or conditional fail.
[[nodiscard]] bool is_failure(v1::Outcome outcome);

}  // namespace meterrig::mutants
