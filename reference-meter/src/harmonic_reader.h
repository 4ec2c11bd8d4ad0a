// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "meterrig/reference/harmonics.h"
#include "synchronous_grid.h"
#include "window_sums.h"

namespace meterrig::reference {

/// Makes the readings of a window from its lines and sums.
class HarmonicReader {
 public:
  explicit HarmonicReader(const HarmonicSettings& settings);

  /// Orders and cycles are those of `window`; its synchronised reference turns the phasors.
  void read(const SynchronousGrid& grid, const WindowSums& sums, HarmonicWindow& window);

  /// Fundamental of a channel of the window read last: r.m.s., its argument that of the sine at the
  /// window's begin.
  [[nodiscard]] std::complex<double> fundamental(std::size_t channel) const {
    return fundamentals_.at(channel);
  }

 private:
  static constexpr std::size_t orders = highest_harmonic_order + 1;
  struct alignas(32) Squares {  // of r.m.s. values, one a phase
    Quad volts;
    Quad amperes;
  };
  struct alignas(32) Bands {
    Squares group;
    Squares subgroup;
    Squares interharmonic_group;
    Squares interharmonic_subgroup;
  };
  struct Sums {  // of one channel
    double square = 0;
    double rectified = 0;
    double peak = 0;
  };

  void square_lines();
  void sum_bands(std::size_t cycles, std::size_t count);
  void turn_phasors(HarmonicWindow& window) const;
  void read_channel(std::size_t phase, bool is_current, const Sums& sums,
                    ChannelHarmonics& channel) const;

  std::size_t distortion_order_;
  PerPhase<double> demand_current_;
  double loss_share_;                  // e / (1 + e)
  std::array<double, orders> loss_{};  // h^q
  std::vector<SynchronousGrid::Line> lines_;
  std::vector<Squares> squares_;
  std::array<Bands, orders> bands_{};
  std::array<std::complex<double>, 2 * phase_count> fundamentals_{};
};

}  // namespace meterrig::reference
