// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "meterrig/reference/front_end_model.h"

namespace meterrig::reference {

/// Noise of one converter channel in codes: white, 1/f, and shaped by a modulator. A sample depends
/// on the seed, the channel and its number alone.
class ConverterNoise {
 public:
  /// `channel` is 0 to 5, `rate` in samples a second.
  ConverterNoise(const ChannelModel& model, double full_code, double rate, std::uint64_t seed,
                 std::uint32_t channel);

  [[nodiscard]] bool silent() const { return !(white_ > 0 || shaped_ > 0); }
  void add(std::int64_t first_sample, std::span<double> values);

 private:
  void add_flicker(std::int64_t first_sample, std::span<double> values);
  void add_shaped(std::int64_t first_sample, std::span<double> values);

  double white_ = 0;    // standard deviations
  double flicker_ = 0;  // of each of the levels
  double shaped_ = 0;
  std::uint64_t seed_ = 0;
  std::uint32_t channel_ = 0;
  std::vector<double> drawn_;
};

/// Streams of the front end, apart from those of a synthesis with the same seed.
inline constexpr std::uint32_t white_noise_stream = 16;  ///< six channels
inline constexpr std::uint32_t jitter_stream = 22;
inline constexpr std::uint32_t shaped_noise_stream = 24;  ///< six
inline constexpr std::uint32_t integrator_stream = 32;    ///< three
inline constexpr std::uint32_t flicker_stream = 64;       ///< six of each 8

}  // namespace meterrig::reference
