// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "meterrig/vocabulary/instant.h"

namespace meterrig::ports {

/// Where the rig asks for the time and waits. Nothing sleeps but through it.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Instant now() const = 0;
  /// Returns when now() is at or after `time`; at once when it is already.
  virtual void sleep_until(Instant time) = 0;
};

/// Wall time since an arbitrary start, CLOCK_MONOTONIC: it is never set and does not go back.
class MonotonicClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override;
  void sleep_until(Instant time) override;
};

/// Time of a simulation: starts at 0 and moves only when told to; sleeping moves it. For one
/// thread.
class VirtualClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override { return now_; }
  void sleep_until(Instant time) override {
    if (time > now_) now_ = time;
  }
  void advance(Duration duration) { now_ = now_ + duration; }

 private:
  Instant now_;
};

}  // namespace meterrig::ports
