// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include "meterrig/vocabulary/signal.h"
#include "meterrig/vocabulary/turn.h"
#include "record_signal.h"

namespace meterrig {

/// sqrt(2) rms sin(2 pi (frequency t + turns)), t = 0 at sample 0 of the time base.
struct Sine {
  double frequency = 0;  // hertz
  double rms = 0;
  double turns = 0;
};

/// A channel in closed form, of any frequencies.
struct Tones {
  double dc = 0;
  std::vector<Sine> tones;

  [[nodiscard]] double total_rms() const {
    double square = dc * dc;
    for (const Sine& tone : tones) square += tone.rms * tone.rms;
    return std::sqrt(square);
  }
};

/// Three voltages and three currents.
using SixTones = std::array<Tones, 6>;

inline SampleBlock samples_of(const SixTones& channels, Rational rate, std::int64_t first,
                              std::size_t count) {
  SampleBlock block(rate, first, count);
  for (std::size_t c = 0; c < 6; ++c) {
    const auto row = c < 3 ? block.volts(c) : block.amperes(c - 3);
    for (double& value : row) value = channels.at(c).dc;
    for (const Sine& tone : channels.at(c).tones) {
      const Turn step = turn_of_part(tone.frequency / rate.value());
      Turn turn = first * step + turn_of_part(tone.turns);
      for (double& value : row) {
        value += std::sqrt(2.0) * tone.rms * sine_cosine(turn).sine;
        turn = turn + step;
      }
    }
  }
  return block;
}

/// The samples `first` to `first + count` of a block.
inline SampleBlock part_of(const SampleBlock& block, std::size_t first, std::size_t count) {
  SampleBlock part(block.rate, block.first_sample + static_cast<std::int64_t>(first), count);
  for (std::size_t p = 0; p < phase_count; ++p) {
    std::copy_n(block.volts(p).begin() + static_cast<std::ptrdiff_t>(first), count,
                part.volts(p).begin());
    std::copy_n(block.amperes(p).begin() + static_cast<std::ptrdiff_t>(first), count,
                part.amperes(p).begin());
  }
  return part;
}

}  // namespace meterrig
