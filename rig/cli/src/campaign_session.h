// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "data_files.h"
#include "meterrig/campaign/run.h"

namespace meterrig::cli {

/// A campaign that was decided on.
struct CampaignSession {
  const campaign::Inputs& inputs;
  const campaign::Plan& plan;
  const DataFiles& files;
  Duration search_time;     ///< what a search adds to the plan's time, about
  std::string acknowledge;  ///< a person, of a bench with hardware
  /// Of points that are left to a person. When there are none, a person at the terminal is asked.
  std::vector<v1::PointResult> answers;
  bool json = false;  ///< run.json on standard output
};

/// Why the inputs cannot be measured together; empty when they can.
[[nodiscard]] std::string unusable(const campaign::Inputs& inputs);

/// Time of a plan on the bench's time base.
[[nodiscard]] Duration time_of(const campaign::Plan& plan);

/// Opens the bench, carries the plan out, records the answers, and writes the reports beside the
/// store; prints the outcome and returns the exit status. Fills in what the settings say of the
/// program, its surroundings and the bench.
[[nodiscard]] int carry_out(const CampaignSession& session, campaign::RunSettings settings,
                            const std::atomic<bool>& stop);

/// Writes the reports of a run, prints its outcome and returns the exit status.
[[nodiscard]] int conclude_run(const v1::Run& run, const std::filesystem::path& store, bool json);

}  // namespace meterrig::cli
