// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include "meterrig/iio_server/wiring.h"
#include "meterrig/vocabulary/element.h"
#include "meterrig/vocabulary/signal.h"

namespace meterrig::iio_server {

/// What the amplifiers make of the outputs' volts: the volts and amperes on the terminals.
class TerminalModel {
 public:
  explicit TerminalModel(Wiring wiring);

  /// The samples that the amplifier of a number takes in, as they were its delay before the
  /// block's.
  using InputOf = std::function<void(std::size_t amplifier, std::span<double> volts)>;
  /// Fills the block; its rate is that of the last block.
  void fill(SampleBlock& block, const InputOf& input_of);

 private:
  Wiring wiring_;
  std::array<double, 2 * phase_count> low_pass_{};
  // Of white noise, sample after sample, whatever the bench's rate is.
  std::int64_t noise_sample_ = 0;
};

/// The row of a terminal.
[[nodiscard]] std::span<double> row_of(SampleBlock& block, const TerminalAddress& terminal);

}  // namespace meterrig::iio_server
