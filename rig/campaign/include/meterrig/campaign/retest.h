// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "meterrig/campaign/inputs.h"
#include "meterrig/v1/run.pb.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::campaign {

/// Points of a stored run that are measured again, in the order of its plan, `repeat` times round.
struct Retest {
  std::vector<std::string> points;
  unsigned repeat = 1;
};

/// The points that `only` selects (see is_selected); without words those that did not pass and
/// those that an interruption left out. With each come the points that are computed from it or
/// compared with it, so that no result stands on one that was replaced. Errors: invalid_argument
/// for a word that selects nothing that the run measures; unimplemented for a point that plays a
/// recording; failed_precondition when nothing is selected.
[[nodiscard]] Result<std::vector<std::string>> points_to_retest(
    const v1::Run& run, const std::vector<std::string>& only);

/// What a stored run was made from. `bench_path` is where the bench's file is, whose folder holds
/// what it refers to.
[[nodiscard]] Inputs inputs_of(const v1::RunHeader& header, const std::string& bench_path);

}  // namespace meterrig::campaign
