// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

#include "cubic_table.h"
#include "scan.h"

namespace meterrig::reference {

/// Where a window ends and the next one begins, a sample counts for both: its share in the later
/// one rises from 0 to 1 over `reach` samples to each side, as the integral of a window of Kaiser
/// and Bessel with b = pi (2 reach) 0.1. The shares add up to 1, so that neither energy nor square
/// is lost between two windows or counted twice.
///
/// The weights of a window of L samples are a box of L convolved with that bump, and the sum of a
/// product of components below 0.45 of the rate, which lies below 0.9 of it, is wrong by what folds
/// back to 0.1 or above: with a reach of 24 samples at most b / sinh(b) / (0.1 pi L) = 2e-8 of the
/// product at L = 1600, and 1e-11 where they lie below 0.41.
class WindowEdge {
 public:
  static constexpr std::size_t most_reach = 24;

  /// `reach` of 1 to most_reach samples.
  explicit WindowEdge(std::size_t reach);
  [[nodiscard]] std::size_t reach() const { return reach_; }
  /// Share of a sample `offset` behind the edge, |offset| <= reach.
  [[nodiscard]] double share(double offset) const { return share_.at(offset); }

 private:
  std::size_t reach_;
  CubicTable share_;
};

/// Sums over a window, for every phase.
struct alignas(32) WindowSums {
  Quad volts_square{};
  Quad amperes_square{};
  Quad product{};  // u i
  Quad volts_rectified{};
  Quad amperes_rectified{};
  Quad volts_peak{};  // of the samples in it
  Quad amperes_peak{};
};

/// From `begin` to `end`, at least four reaches apart, both counted from scans[0]; a reach before
/// and after them is read.
void sum_window(const Scan* scans, double begin, double end, const WindowEdge& edge,
                WindowSums& sums);

}  // namespace meterrig::reference
