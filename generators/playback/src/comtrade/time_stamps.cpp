// SPDX-License-Identifier: GPL-3.0-or-later
#include "time_stamps.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace meterrig::playback::comtrade {
namespace {

constexpr double jitter = 0.01;  // of a period, which a single stamp may be late
constexpr double drift = 0.002;  // of a period, which a clock of its own may differ by

constexpr double turn = 4294967296.0;  // binary numbers are 32 bits wide and begin again at 0

bool follows(double difference, double expected, double tolerance) {
  return std::abs(difference - expected) <= tolerance ||
         std::abs(difference + turn - expected) <= tolerance;
}

}  // namespace

HeadCheck::HeadCheck(std::vector<RecordedSegment> segments, double unit)
    : segments_(std::move(segments)), unit_(unit) {}

void HeadCheck::restart(std::int64_t first) {
  segment_ = 0;
  period_ = 0;
  scan_ = first;
  last_ = {};
  steps_ = wrong_steps_ = wrong_numbers_ = 0;
  stamped_ = expected_ = 0;
}

void HeadCheck::take(std::span<const ScanHead> heads) {
  for (const ScanHead& head : heads) {
    compare(head);
    last_ = head;
    ++scan_;
  }
}

void HeadCheck::compare(const ScanHead& head) {
  const auto end_of = [&](std::size_t s) { return segments_[s].first + segments_[s].count; };
  bool entered = false;
  while (segment_ + 1 < segments_.size() && scan_ >= end_of(segment_)) {
    ++segment_;
    entered = true;
  }
  if (period_ == 0 || entered) period_ = 1 / (segments_[segment_].rate.value() * unit_);
  if (head.number != ScanHead::missing && last_.number != ScanHead::missing &&
      !follows(static_cast<double>(head.number) - static_cast<double>(last_.number), 1, 0))
    ++wrong_numbers_;
  // The step into another rate may be either's.
  if (entered || head.stamp == ScanHead::missing || last_.stamp == ScanHead::missing) return;
  ++steps_;
  const double step = static_cast<double>(head.stamp) - static_cast<double>(last_.stamp);
  if (!follows(step, period_, 1 + jitter * period_)) {
    ++wrong_steps_;
    return;
  }
  stamped_ += step < 0 ? step + turn : step;
  expected_ += period_;
}

bool HeadCheck::drifts() const {
  // Each stamp may be rounded down, as may its period.
  return right_steps() > 0 &&
         std::abs(stamped_ - expected_) > static_cast<double>(right_steps()) + drift * expected_;
}

bool EvenSteps::take(std::int64_t stamp) {
  if (stamp == ScanHead::missing) return false;
  if (!first_) {
    first_ = stamp;
    taken_ = 1;
    longest_ = std::numeric_limits<double>::infinity();
    return true;
  }
  const double elapsed = static_cast<double>(stamp) - static_cast<double>(*first_);
  const auto periods = static_cast<double>(taken_);
  const double shortest = std::max(shortest_, (elapsed - 1) / periods);
  const double longest = std::min(longest_, (elapsed + 1) / periods);
  // Stamps that do not move say no period.
  if (elapsed < 1 || shortest > longest) return false;
  shortest_ = shortest;
  longest_ = longest;
  ++taken_;
  return true;
}

double EvenSteps::expected() const {
  const double first = first_ ? static_cast<double>(*first_) : 0;
  if (taken_ < 2) return first + 1;
  return first + static_cast<double>(taken_) * (shortest_ + longest_) / 2;
}

}  // namespace meterrig::playback::comtrade
