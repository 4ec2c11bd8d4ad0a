// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/report/overview.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "meterrig/report/margin.h"
#include "meterrig/report/words.h"
#include "meterrig/store/assemble.h"

namespace meterrig::report {
namespace {

/// From best to worst, for a run as a whole; the order of store::assemble_run.
constexpr std::array ranking = {
    v1::OUTCOME_DONE,    v1::OUTCOME_PASS,      v1::OUTCOME_CONDITIONAL_PASS, v1::OUTCOME_MANUAL,
    v1::OUTCOME_NOT_RUN, v1::OUTCOME_NOT_VALID, v1::OUTCOME_CONDITIONAL_FAIL, v1::OUTCOME_FAIL};

/// Not run, and that does not count against the run.
bool is_left_out(const Point& point) {
  if (point.outcome() != v1::OUTCOME_NOT_RUN) return false;
  return point.result == nullptr ? store::is_explained(*point.plan)
                                 : store::is_explained(*point.plan, *point.result);
}

std::size_t rank(v1::Outcome outcome) {
  return static_cast<std::size_t>(std::ranges::find(ranking, outcome) - ranking.begin());
}

}  // namespace

std::map<v1::Outcome, std::size_t> counts(std::span<const Point> points) {
  std::map<v1::Outcome, std::size_t> number;
  for (const Point& point : points) ++number[point.outcome()];
  return number;
}

std::string counts_text(std::span<const Point> points) {
  const auto number = counts(points);
  std::string text;
  for (const v1::Outcome outcome : ranking) {
    const auto found = number.find(outcome);
    if (found == number.end()) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", found->second, word(outcome));
  }
  return text.empty() ? "no points" : text;
}

const Point* worst_point(std::span<const Point> points) {
  const Point* worst = nullptr;
  double greatest = -1;
  for (const Point& point : points) {
    const double used = margin_used(point);
    // A result that is not valid says nothing about the device.
    if (point.outcome() == v1::OUTCOME_NOT_VALID || std::isnan(used) || used <= greatest) continue;
    worst = &point;
    greatest = used;
  }
  return worst;
}

std::vector<TestGroup> by_test(std::span<const Point> points) {
  std::vector<TestGroup> groups;
  for (const Point& point : points) {
    const auto same = std::ranges::find_if(groups, [&](const TestGroup& group) {
      return group.suite == point.plan->suite() && group.test == point.plan->test();
    });
    if (same != groups.end()) {
      same->points.push_back(point);
      continue;
    }
    const std::string& title = point.plan->test_title();
    groups.push_back({.suite = point.plan->suite(),
                      .test = point.plan->test(),
                      .title = title.empty() ? point.plan->test() : title,
                      .points = {point}});
  }
  return groups;
}

v1::Outcome verdict(const v1::Run& run, std::span<const Point> points) {
  if (!run.void_reason().empty()) return v1::OUTCOME_NOT_VALID;
  v1::Outcome worst = run.verdict();
  bool nothing_counts = true;
  bool steps_alone = false;
  for (const Point& point : points) {
    if (is_left_out(point)) continue;
    if (point.outcome() == v1::OUTCOME_DONE) {
      steps_alone = true;
      continue;
    }
    nothing_counts = false;
    if (worst == v1::OUTCOME_UNSPECIFIED || rank(point.outcome()) > rank(worst))
      worst = point.outcome();
  }
  if (!nothing_counts || worst != v1::OUTCOME_UNSPECIFIED) return worst;
  return steps_alone ? v1::OUTCOME_DONE : v1::OUTCOME_NOT_RUN;
}

std::vector<Point> problems(std::span<const Point> points) {
  std::vector<Point> found;
  for (const v1::Outcome outcome :
       {v1::OUTCOME_FAIL, v1::OUTCOME_CONDITIONAL_FAIL, v1::OUTCOME_NOT_VALID,
        v1::OUTCOME_CONDITIONAL_PASS, v1::OUTCOME_MANUAL, v1::OUTCOME_NOT_RUN}) {
    for (const Point& point : points) {
      if (point.outcome() == outcome && !is_left_out(point)) found.push_back(point);
    }
  }
  return found;
}

std::size_t not_asked_for(std::span<const Point> points) {
  return static_cast<std::size_t>(std::ranges::count_if(points, is_left_out));
}

}  // namespace meterrig::report
