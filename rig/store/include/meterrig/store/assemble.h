// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "meterrig/v1/run.pb.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::store {

/// Last links of the two chains, for the report.
struct Hashes {
  std::string chain_sha256;
  std::string evidence_sha256;
};

/// A planned point whose not_run_reason begins with this was left out on request (--only) and does
/// not count against the run.
inline constexpr std::string_view not_asked_for = "not asked for";
/// Reason of a planned point that was to be measured and has no result.
inline constexpr std::string_view interrupted = "interrupted";

/// Whether a point was left out on request, or is for another kind of device.
[[nodiscard]] bool is_explained(const v1::PlannedPoint& point);
/// Whether a result that is not run does not count against the run: as above, or a place that a
/// search chose by itself and the bench refused. What an interruption left out counts.
[[nodiscard]] bool is_explained(const v1::PlannedPoint& point, const v1::PointResult& result);

/// What a device says of itself in one of the snapshots and not in an earlier one of its position:
/// "position 1: firmware was 1.02 before and is 1.03 after". Empty when all agree.
[[nodiscard]] std::string what_changed(std::span<const v1::DeviceSnapshot> snapshots);

/// Puts run.json together. Every planned point has exactly one result, in plan order: its last one
/// (earlier ones are in `superseded`), or OUTCOME_NOT_RUN with the plan's reason or "interrupted".
/// The verdict of the run is its worst: fail, conditional fail, not valid, not run (unexplained, or
/// nothing was run), manual, conditional pass, pass; this order agrees with the exit status. A
/// device that changed meanwhile (what_changed) voids the run: its verdict is not valid.
/// Points that a procedure added come behind the planned ones: a later header with nothing but
/// adaptive points says which. Errors: failed_precondition for no records; data_loss for records
/// that are no run: no header first, another header, a record without evidence, two planned points
/// of one name, a result of a point that is not planned or without outcome.
[[nodiscard]] Result<v1::Run> assemble_run(std::span<const v1::Record> records,
                                           const Hashes& hashes);

}  // namespace meterrig::store
