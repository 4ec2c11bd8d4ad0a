// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "meterrig/report/point.h"

namespace meterrig::report {

/// How many points came out how; outcomes that none had are absent.
[[nodiscard]] std::map<v1::Outcome, std::size_t> counts(std::span<const Point> points);

/// "66 pass, 3 fail, 1 not run", worst last.
[[nodiscard]] std::string counts_text(std::span<const Point> points);

/// The point that used most of its margin; null when none has one.
[[nodiscard]] const Point* worst_point(std::span<const Point> points);

/// The points of one test of one suite, in plan order.
struct TestGroup {
  std::string suite;
  std::string test;
  std::string title;
  std::vector<Point> points;
};
[[nodiscard]] std::vector<TestGroup> by_test(std::span<const Point> points);

/// The run's verdict. A run that states none, or a better one than a point of it allows, has that
/// of its worst point, in the order of store::assemble_run; points left out on request do not
/// count.
[[nodiscard]] v1::Outcome verdict(const v1::Run& run, std::span<const Point> points);

/// The points that did not pass, failures first; without those left out on request.
[[nodiscard]] std::vector<Point> problems(std::span<const Point> points);

/// How many points were left out on request (--only).
[[nodiscard]] std::size_t not_asked_for(std::span<const Point> points);

}  // namespace meterrig::report
