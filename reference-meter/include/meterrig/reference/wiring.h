// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <complex>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace meterrig::reference {

/// Symmetrical components of three fundamental phasors (Fortescue): zero, positive, negative.
struct SequenceReading {
  std::complex<double> zero;
  std::complex<double> positive;
  std::complex<double> negative;
};
[[nodiscard]] SequenceReading symmetrical_components(const std::array<std::complex<double>, 3>& x);

/// What the fundamentals of three voltages and three currents say of the wiring.
enum class WiringFault : std::uint8_t {
  reversed_sequence,  ///< L1-L3-L2
  voltage_missing,
  current_missing,
  current_reversed,  ///< transformer turned round
  currents_swapped,  ///< two current circuits exchanged
};

struct WiringFinding {
  WiringFault fault = WiringFault::reversed_sequence;
  std::vector<std::size_t> phases;  ///< 0, 1, 2
  std::string text;                 ///< for people, with what to change
};

/// Fundamental phasors, r.m.s.; a current may be absent (no channel). Looks for the assignment and
/// directions of the currents that put every displacement within 90 degrees of
/// its voltage; more than one that fits equally well is said so rather than guessed.
[[nodiscard]] std::vector<WiringFinding> diagnose_wiring(
    const std::array<std::complex<double>, 3>& voltages,
    const std::array<std::optional<std::complex<double>>, 3>& currents);

}  // namespace meterrig::reference
