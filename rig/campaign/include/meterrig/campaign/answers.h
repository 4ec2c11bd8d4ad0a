// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "meterrig/loader/finding.h"
#include "meterrig/v1/answers.pb.h"
#include "meterrig/v1/run.pb.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::campaign {

/// What is expected of an answer and was found in its place; `field` is of ManualAnswer.
struct AnswerRefusal {
  std::string field;
  std::string found;
  std::string expected;
};

/// Unit in which a manual point is answered: "%", "%/K" or that of its limit.
[[nodiscard]] std::string answer_unit(const v1::PlannedPoint& point);

/// The result of a point that a person answered. On a value the decision rule of the point's suite
/// decides, with U as stated for k = 2. Refused: a point that is not planned or not left to a
/// person, a value or an uncertainty that is no number in the point's unit.
[[nodiscard]] tl::expected<v1::PointResult, AnswerRefusal> answered(const v1::ManualAnswer& answer,
                                                                    const v1::RunHeader& header);

/// The points of the plan that wait for a person.
[[nodiscard]] std::vector<v1::PlannedPoint> waiting_points(const v1::Run& run);

/// Adds answers to a stored run and returns the whole run; an earlier answer of a point stays and
/// is superseded. Nothing is measured; composite errors that an answer is a part of are computed
/// again. `circumstances` get the time of `wall_clock` (RFC 3339).
/// Errors: those of the store.
[[nodiscard]] Result<v1::Run> record_answers(const std::filesystem::path& store,
                                             const std::vector<v1::PointResult>& answers,
                                             const v1::Circumstances& circumstances,
                                             const std::function<std::string()>& wall_clock);

}  // namespace meterrig::campaign
