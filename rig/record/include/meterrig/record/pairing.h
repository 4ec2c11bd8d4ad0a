// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "meterrig/reference/record_meter.h"
#include "meterrig/vocabulary/recording.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::record {

/// The channels of L1, L2 and L3 of one quantity of one circuit.
using PhaseSet = std::array<std::optional<std::size_t>, 3>;
/// A set that lacks none.
using CompleteSet = std::array<std::size_t, 3>;
[[nodiscard]] std::optional<CompleteSet> complete(const PhaseSet& set);

/// Voltages and the currents that flow with them.
struct Circuit {
  PhaseSet voltages;
  PhaseSet currents;
};

/// Which channels of a recording belong together.
struct Pairing {
  std::vector<reference::RecordPair> pairs;
  std::vector<PhaseSet> voltages;
  std::vector<PhaseSet> currents;
  std::vector<Circuit> circuits;  ///< those whose voltages are complete, with a current at least
};

/// Voltage and current of the same phase and circuit are a pair; where no circuit is named alike,
/// the n-th three currents go with the n-th three voltages, those beyond with the last. Voltages
/// between lines are in no pair. One voltage and one current alone are a pair whatever their names.
[[nodiscard]] Pairing find_pairs(std::span<const RecordedChannel> channels);

/// The same with the pairs given as "VOLTAGE:CURRENT", each a channel's name or id, upper and lower
/// case alike. Errors: invalid_argument for a text that is no pair, for a voltage where a current
/// is expected and the other way round; not_found with the names that there are.
[[nodiscard]] Result<Pairing> given_pairs(std::span<const std::string> texts,
                                          std::span<const RecordedChannel> channels);

}  // namespace meterrig::record
