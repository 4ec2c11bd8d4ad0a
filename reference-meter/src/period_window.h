// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <vector>

#include "meterrig/vocabulary/turn.h"

namespace meterrig::reference {

/// A weight over whole periods: a box of `flat` periods convolved with `smooth` boxes of one
/// period. Its transform at x cycles a period, of which 1 is at x = 0, is
///   W(x) = sinc(flat x) sinc(x)^smooth,  sinc(x) = sin(pi x) / (pi x),
/// so that every harmonic is nulled, to the order smooth + 1 in an error of the period.
struct WindowShape {
  int flat = 1;
  int smooth = 0;
  [[nodiscard]] int periods() const { return flat + smooth; }
};

/// The shape for a span of whole periods, at least 1: up to 6 smooth boxes, flat at least a third.
[[nodiscard]] WindowShape window_shape(int periods);

/// Bound of |W| at and beyond `cycles_per_period` (above 0): (pi x)^-(smooth + 1) / flat.
[[nodiscard]] double sidelobe_bound(WindowShape shape, double cycles_per_period);

/// The weights of samples, their sum made 1. The sampled sum differs from the integral by W at the
/// distance to the nearest multiple of the sample rate (sidelobe_bound tells how much).
struct PeriodWindow {
  /// `samples_per_period` and `centre` in samples; weights outside [0, count) are left out.
  PeriodWindow(WindowShape shape, double samples_per_period, double centre, std::size_t count);

  std::size_t first = 0;  ///< sample that weights[0] belongs to
  std::vector<double> weights;
};

/// A turn from a number of turns of any size and sign; its fraction counts.
[[nodiscard]] Turn turn_of_turns(double turns);

}  // namespace meterrig::reference
