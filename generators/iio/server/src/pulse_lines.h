// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "meterrig/iio_server/wiring.h"
#include "meterrig/vocabulary/instant.h"
#include "meterrig/vocabulary/rational.h"
#include "meterrig/vocabulary/roles.h"

namespace meterrig::iio_server {

/// The volts of lines that a device's pulse outputs drive.
class PulseLines {
 public:
  explicit PulseLines(std::vector<PulseLine> lines);

  /// Sample n of what follows is at `start` + n / `rate`, on the device's time base.
  void begin(Instant start, Rational rate);
  /// Pulses of the device, on its time base; those of other outputs are dropped.
  void take(std::span<const Pulse> pulses);
  /// Fills in the samples of a line from number `first` on, which never goes back. A sample at the
  /// very time of an edge sees the pulse.
  void fill(std::size_t line, std::int64_t first, std::span<double> volts);

 private:
  [[nodiscard]] std::int64_t first_sample_at(Instant time) const;

  struct Line {
    PulseLine wiring;
    std::vector<Instant> begun;  // pulses that are not over, oldest first
  };
  std::vector<Line> lines_;
  Instant start_;
  Rational rate_{1, 1};
};

}  // namespace meterrig::iio_server
