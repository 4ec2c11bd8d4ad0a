// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "meterrig/record/measurement.h"

namespace meterrig::record {

/// What needs no period: sums over all samples, and the envelope.
class Totals {
 public:
  /// The envelope is in `envelope_parts` equal parts of `duration` seconds.
  Totals(std::size_t channels, double duration, std::size_t envelope_parts);
  /// A block whose first scan is at `start` seconds, one every `step` seconds.
  void feed(const ScanBlock& block, double start, double step);
  [[nodiscard]] std::vector<reference::ChannelReading> readings() const;
  [[nodiscard]] Envelope envelope() && { return std::move(envelope_); }

 private:
  struct Sums {
    long double x = 0;
    long double squares = 0;
    std::int64_t count = 0;
    std::int64_t missing = 0;
    double minimum;
    double maximum;
  };
  void feed_envelope(std::size_t channel, std::span<const double> row, double start, double step);

  std::vector<Sums> sums_;
  double parts_per_second_;
  std::size_t parts_;
  Envelope envelope_;
};

}  // namespace meterrig::record
