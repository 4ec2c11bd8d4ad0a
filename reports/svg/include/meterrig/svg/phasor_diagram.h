// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace meterrig::svg {

struct Phasor {
  std::string label;  ///< beside its tip: "U1"
  std::string value;  ///< in the list below: "230.01 V 0.0°"
  double magnitude = 0;
  double angle = 0;  ///< degrees, counter-clockwise from the right
  bool current = false;
  std::size_t colour = 0;  ///< number of series_colour()
};

struct PhasorDiagram {
  std::string title;
  std::vector<Phasor> phasors;
  /// Turns of the voltages: 1 for L1-L2-L3, -1 for L1-L3-L2, 0 draws no arc.
  int sequence = 0;
  double width = 380;
  double height = 350;
};

/// Voltages as long arrows and currents as short ones with an open head, each kind to its own
/// scale; the sequence as an arc with an arrow. Labels are moved until none covers another; the
/// values stand in a list below.
[[nodiscard]] std::string draw(const PhasorDiagram& diagram);

}  // namespace meterrig::svg
