// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "meterrig/vocabulary/element.h"
#include "meterrig/vocabulary/signal.h"

namespace meterrig::iio_server {

/// Samples of the terminals as they were a constant number of samples before.
class DelayLine {
 public:
  /// Dead terminals for so many samples, then those that pass from now on.
  void begin(std::size_t samples);
  [[nodiscard]] std::size_t samples() const { return samples_; }
  /// Takes a block and gives one of the same length and number; its samples are `samples()` older.
  [[nodiscard]] SampleBlock pass(const SampleBlock& block);

 private:
  std::size_t samples_ = 0;
  std::array<std::vector<double>, 2 * phase_count> held_;
};

}  // namespace meterrig::iio_server
