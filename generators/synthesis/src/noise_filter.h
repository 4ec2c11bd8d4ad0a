// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "meterrig/vocabulary/noise.h"

namespace meterrig::synthesis {

/// White noise through a linear-phase band-pass filter: a sinc difference under a Kaiser window of
/// 511 samples with beta 8, 80 dB down beyond 1 % of the sample rate from the band. Its weights
/// have the sum of squares rms^2, so that the noise has this r.m.s. value exactly. Sample n
/// depends on the stream and n alone.
class NoiseFilter {
 public:
  /// `lowest` and `highest` in cycles a sample, 0 <= lowest < highest <= 0.5.
  NoiseFilter(NoiseChannel stream, double lowest, double highest, double rms);

  /// Adds samples from `first` on, as many as there are in `out`.
  void add(std::int64_t first, std::span<double> out) const;

 private:
  void add_part(std::int64_t first, std::span<double> out) const;

  NoiseChannel stream_;
  std::vector<double> weights_;
};

}  // namespace meterrig::synthesis
