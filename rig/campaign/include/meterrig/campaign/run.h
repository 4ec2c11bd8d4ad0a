// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "meterrig/campaign/bench.h"
#include "meterrig/campaign/inputs.h"
#include "meterrig/campaign/plan.h"
#include "meterrig/campaign/retest.h"
#include "meterrig/store/run_store.h"

namespace meterrig::campaign {

/// What a run tells while it works.
struct Progress {
  std::size_t points_done = 0;
  std::size_t points_total = 0;
  double point_share = 0;  ///< of the point at work, 0 to 1
  Duration time_left;      ///< on the bench's time base, as planned
  const v1::PlannedPoint* point = nullptr;
  const v1::PointResult* finished = nullptr;  ///< set once, when a point is done
};

struct RunSettings {
  std::filesystem::path store;  ///< file of the run
  std::uint64_t seed = 1;
  std::string only;  ///< as given, for the record
  unsigned repeat = 1;
  int search_points = 0;  ///< of each search for the worst point, see search.h; 0: there is none
  bool resume = false;
  std::optional<Retest> retest = std::nullopt;  ///< of the stored run, instead of a resume
  std::string software_version;
  std::vector<v1::NamedHash> files;
  v1::Circumstances
      circumstances;  ///< host, system and executable; the run adds time and link counts
  std::function<std::string()> wall_clock;  ///< RFC 3339
  /// Opens a position of the bench.
  std::function<Result<std::unique_ptr<Bench>>(const v1::Position&, bool fresh, Model&)> open_bench;
  std::function<void(const Progress&)> progress;
  const std::atomic<bool>* stop = nullptr;  ///< set by a signal: end after the evidence is safe
};

/// Runs a plan, writing each point's evidence before the next begins, and returns the whole run as
/// stored. A bench that fails ends the run early: its point is not valid, what follows is not run.
/// With `resume`, points that have a valid result are kept and the others measured. With `retest`,
/// its points are measured again, with other random numbers, after those that are there; inputs and
/// plan are the stored run's, and nothing is searched. All results stay; the latest of a point
/// counts. Points of a search are added to the stored plan one by one, each before it is measured.
/// Errors (nothing was switched on): already_exists (a run is there and neither was asked for),
/// failed_precondition (resume with other inputs; a search that is not possible; the sample is not
/// the order's; the device says other things of itself than when the run began), unavailable (the
/// bench or the device does not answer), data_loss (the store is damaged).
[[nodiscard]] Result<v1::Run> run(const Inputs& inputs, const Plan& plan,
                                  const RunSettings& settings);

}  // namespace meterrig::campaign
