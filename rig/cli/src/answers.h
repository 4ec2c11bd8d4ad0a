// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <functional>
#include <iosfwd>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "meterrig/v1/run.pb.h"

namespace meterrig::cli {

/// Reads a file of answers and holds it against the plan in the header. Says what is wrong with it
/// and returns nothing.
[[nodiscard]] std::optional<std::vector<v1::PointResult>> read_answers(const std::string& file,
                                                                       const v1::RunHeader& header);

/// Asks a person line by line for each of the points: an empty line skips the point, the end of the
/// input ends the questions, as does `stop`. What cannot be used is said and asked again. The time
/// is `now`'s.
[[nodiscard]] std::vector<v1::PointResult> ask(const v1::RunHeader& header,
                                               std::span<const v1::PlannedPoint> points,
                                               std::istream& in, std::ostream& out,
                                               const std::function<std::string()>& now,
                                               const std::atomic<bool>& stop);

/// Asks for the points of a run that wait for a person, when one is at the terminal.
[[nodiscard]] std::vector<v1::PointResult> ask_at_terminal(const v1::Run& run,
                                                           const std::atomic<bool>& stop);

}  // namespace meterrig::cli
