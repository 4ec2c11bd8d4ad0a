// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "meterrig/vocabulary/rational.h"
#include "meterrig/vocabulary/result.h"
#include "meterrig/vocabulary/roles.h"
#include "meterrig/vocabulary/signal.h"
#include "meterrig/vocabulary/terminals.h"

namespace meterrig::iio_server {

/// Gives a device under test what is on its terminals, and lets its time pass along.
class DeviceFeed {
 public:
  DeviceFeed(Terminals& device, Rational fundamental)
      : device_(&device), fundamental_(fundamental) {}

  /// Sample 0 of what follows is now. Errors: the device's.
  [[nodiscard]] Result<void> begin(Rational rate);
  /// The samples that follow. After an error there are no more.
  void take(const SampleBlock& block);

  /// Device's time of sample 0, and samples that it must have beyond a time to get there: once a
  /// sample is fed, the pulses up to so many samples before it are known.
  [[nodiscard]] Instant start() const { return start_; }
  [[nodiscard]] std::int64_t reach() const { return reach_; }
  /// Pulses that were not taken before, in the order of time.
  [[nodiscard]] std::vector<Pulse> take_pulses() { return std::exchange(pulses_, {}); }
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

 private:
  [[nodiscard]] Result<void> feed(const SampleBlock& block);
  Terminals* device_;
  Rational fundamental_;
  std::optional<Converter> converter_;
  Rational rate_{1, 1};
  Instant start_;
  std::int64_t fed_ = 0;
  std::int64_t reach_ = 0;
  std::int64_t room_ = 0;
  std::int64_t saturated_ = 0;
  std::vector<Pulse> pulses_;
  std::optional<Error> error_;
};

}  // namespace meterrig::iio_server
