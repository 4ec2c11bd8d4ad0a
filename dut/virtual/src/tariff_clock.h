// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "meterrig/twin/meter_core.h"

namespace meterrig::twin {

/// The clock of a meter with tariffs: which one is on. Its day begins when the meter is switched
/// on.
class TariffClock {
 public:
  TariffClock() = default;
  /// `rate` in samples a second. Every switch comes so much late, early if negative.
  TariffClock(std::vector<TariffChange> day, Duration delay, double rate);
  /// At a sample since the day began; 1 without a table. Before the first switch of a day the last
  /// one of the day before is on.
  [[nodiscard]] int tariff_at(std::int64_t sample) const;

 private:
  std::vector<TariffChange> day_;  // by time
  double delay_seconds_ = 0;
  double rate_ = 1;
};

}  // namespace meterrig::twin
