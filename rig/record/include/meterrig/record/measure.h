// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "meterrig/record/measurement.h"
#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/recording.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::record {

/// A segment of fewer cycles is too short for a spectrum.
inline constexpr double least_cycles = 2;

struct MeasureOptions {
  std::string file{};  ///< for people
  std::int64_t first = 0;
  std::optional<std::int64_t> count{};  ///< to the end when not given
  std::vector<std::string> pairs{};     ///< "VOLTAGE:CURRENT"; found by phase when empty
  std::optional<Frequency> nominal{};   ///< else the file's
  std::optional<Voltage> reference{};   ///< for events; else sliding (IEC 61000-4-30)
  std::optional<reference::EventLimits> events{};
  std::size_t envelope_parts = 0;  ///< none when 0
  const std::atomic<bool>* stop = nullptr;
  std::function<void(std::int64_t done, std::int64_t all)> progress{};
};

/// Measures a range of scans, reading ahead in a second thread; constant memory whatever the
/// length. The range is cut where the rate changes. Errors: out_of_range for a range that is not in
/// the recording or is empty, invalid_argument and not_found for pairs (see given_pairs()),
/// failed_precondition for a reference voltage for channels of several units, cancelled when
/// stopped, and what reading the file may bring.
[[nodiscard]] Result<Measurement> measure(Recording& recording, const MeasureOptions& options);

}  // namespace meterrig::record
