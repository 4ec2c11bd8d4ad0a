// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/signal.h"

namespace meterrig::twin {

/// How currents warm a front end above what is around it.
struct WarmingModel {
  double rise = 0;  ///< K at the end, with `maximum` in all phases
  Duration time_constant;
  Current maximum;  ///< r.m.s.
};

/// Of first order, driven by the mean of the squares of the currents:
///   d theta / dt = (rise mean(i^2) / maximum^2 - theta) / time constant,
/// solved exactly from block to block with the mean of each.
class SelfWarming {
 public:
  explicit SelfWarming(const WarmingModel& model) : model_(model) {}

  /// theta, K above the ambient temperature.
  [[nodiscard]] double kelvins() const { return kelvins_; }
  /// Lets the time of a block pass, with its currents.
  void pass(const SampleBlock& block);

 private:
  WarmingModel model_;
  double kelvins_ = 0;
};

}  // namespace meterrig::twin
