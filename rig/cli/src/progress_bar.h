// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <string_view>

#include "meterrig/campaign/run.h"

namespace meterrig::cli {

/// One line on standard error that is written over and over: only on a terminal, else nothing.
class ProgressBar {
 public:
  ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;
  /// Takes the line away.
  ~ProgressBar();
  void show(const campaign::Progress& progress);
  /// A share from 0 to 1 of something that has no points.
  void show(double share, std::string_view what);

 private:
  using Clock = std::chrono::steady_clock;
  [[nodiscard]] bool recently() const;
  /// `middle` stands between the bar and the time left.
  void draw(double share, std::string_view middle, std::string_view end);

  bool terminal_;
  bool shown_ = false;
  Clock::time_point begin_ = Clock::now();
  Clock::time_point last_{};
  double all_seconds_ = 0;  // on the bench's time base
};

}  // namespace meterrig::cli
