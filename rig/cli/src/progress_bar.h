// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>

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

 private:
  using Clock = std::chrono::steady_clock;
  bool terminal_;
  bool shown_ = false;
  Clock::time_point begin_ = Clock::now();
  Clock::time_point last_{};
  double all_seconds_ = 0;  // on the bench's time base
};

}  // namespace meterrig::cli
