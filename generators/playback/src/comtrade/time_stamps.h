// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "meterrig/vocabulary/recording.h"
#include "scan_reader.h"

namespace meterrig::playback::comtrade {

/// Holds what the scans say of themselves against the rates: numbers that rise by 1, time stamps
/// that rise by the period.
class HeadCheck {
 public:
  /// `unit` is seconds of one step of the time stamps.
  HeadCheck(std::vector<RecordedSegment> segments, double unit);
  /// Forgets everything; scan `first` comes next.
  void restart(std::int64_t first);
  void take(std::span<const ScanHead> heads);

  [[nodiscard]] std::int64_t steps() const { return steps_; }  ///< between scans of one rate
  [[nodiscard]] std::int64_t wrong_steps() const { return wrong_steps_; }
  /// Whether the stamps run faster or slower than the rates, on average of the other steps.
  [[nodiscard]] bool drifts() const;
  [[nodiscard]] double mean_step() const { return stamped_ / static_cast<double>(right_steps()); }
  [[nodiscard]] double mean_period() const {
    return expected_ / static_cast<double>(right_steps());
  }
  [[nodiscard]] std::int64_t wrong_numbers() const { return wrong_numbers_; }

 private:
  void compare(const ScanHead& head);
  [[nodiscard]] std::int64_t right_steps() const { return steps_ - wrong_steps_; }

  std::vector<RecordedSegment> segments_;
  double unit_;
  std::size_t segment_ = 0;  // of the last scan
  double period_ = 0;        // of the segment, in the unit
  std::int64_t scan_ = 0;    // the next one
  ScanHead last_;
  std::int64_t steps_ = 0;
  std::int64_t wrong_steps_ = 0;
  double stamped_ = 0;   // sum of the right steps
  double expected_ = 0;  // and of their periods
  std::int64_t wrong_numbers_ = 0;
};

/// Looks for the one period that all time stamps fit to within a step of theirs, which rounding
/// costs.
class EvenSteps {
 public:
  /// False when this stamp is missing or fits no period that those before fit.
  [[nodiscard]] bool take(std::int64_t stamp);
  /// In steps of the time stamps; meaningful from the second stamp on.
  [[nodiscard]] double shortest_period() const { return shortest_; }
  [[nodiscard]] double longest_period() const { return longest_; }
  /// Where the next stamp should be.
  [[nodiscard]] double expected() const;

 private:
  std::optional<std::int64_t> first_;
  std::int64_t taken_ = 0;
  double shortest_ = 0;
  double longest_ = 0;
};

}  // namespace meterrig::playback::comtrade
