// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace meterrig {

/// Philox4x32-10, the counter-based generator of Salmon, Moraes, Dror and Shaw, "Parallel random
/// numbers: as easy as 1, 2, 3", SC11 (2011): four words that depend on counter and key alone.
[[nodiscard]] std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                                      std::array<std::uint32_t, 2> key);

/// White Gaussian noise of one channel. Sample n depends on (seed, channel, n) alone, and has the
/// same bits on every machine and however a run is cut into blocks.
struct NoiseChannel {
  std::uint64_t seed = 0;
  std::uint32_t channel = 0;  ///< of the stream: streams of one seed do not overlap
};

/// Adds `deviation` times a normal variate of mean 0 and variance 1 to each value; the first value
/// is sample `first_sample` (0 or above). Four samples share a Philox block; Box-Muller on 32-bit
/// uniforms, so that a tail ends at 6.7 standard deviations.
void add_noise(NoiseChannel noise, std::int64_t first_sample, double deviation,
               std::span<double> values);

}  // namespace meterrig
