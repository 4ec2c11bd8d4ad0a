// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <complex>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace meterrig::reference {

/// Symmetrical components of three phasors of one frequency (Fortescue 1918), a = e^(j 120 deg):
///   zero = (x1 + x2 + x3) / 3, positive = (x1 + a x2 + a^2 x3) / 3,
///   negative = (x1 + a^2 x2 + a x3) / 3.
struct SequenceReading {
  std::complex<double> zero;
  std::complex<double> positive;
  std::complex<double> negative;
};
[[nodiscard]] SequenceReading symmetrical_components(const std::array<std::complex<double>, 3>& x);

/// What the fundamentals of three voltages and three currents say of the wiring.
enum class WiringFault : std::uint8_t {
  reversed_sequence,  ///< L1-L3-L2
  voltage_missing,    ///< below a tenth of the highest
  current_missing,    ///< below a hundredth of the highest
  current_reversed,   ///< transformer turned round
  currents_swapped,   ///< two current circuits exchanged, or all three moved on
};

struct WiringFinding {
  WiringFault fault = WiringFault::reversed_sequence;
  std::vector<std::size_t> phases;  ///< 0, 1, 2
  std::string text;                 ///< for people, with what to change
  /// Something else explains the phasors as well; the text names it.
  bool ambiguous = false;
};

/// Looks at fundamental phasors, r.m.s. to the same time; a current may be absent (no channel). The
/// angle of a voltage does not matter but for the sequence, and power may flow either way.
///
/// Currents in order: every displacement from its own voltage within 90 degrees. Otherwise it looks
/// for the assignment and directions of the currents that put every displacement within 90 degrees
/// and all of them within 60 degrees of one another (loads of one kind), and takes the one with the
/// fewest changes: a current turned round counts 1, two exchanged 1, three moved on 2; all turned
/// round counts 1, because power may flow out. With equal loads of displacement phi, assignments
/// moved on and turned round look like phi + 60 and phi - 60 degrees and cannot be told from it, so
/// that more than one with the fewest changes is said so rather than guessed, and a wrong wiring
/// that leaves every displacement within 90 degrees is not seen. Phases without voltage or without
/// current take no part.
[[nodiscard]] std::vector<WiringFinding> diagnose_wiring(
    const std::array<std::complex<double>, 3>& voltages,
    const std::array<std::optional<std::complex<double>>, 3>& currents);

}  // namespace meterrig::reference
