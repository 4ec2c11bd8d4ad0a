// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "meterrig/vocabulary/instant.h"
#include "meterrig/vocabulary/measurand.h"
#include "meterrig/vocabulary/measured.h"
#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig {

/// What happened on a device link, for the report.
struct LinkStatistics {
  std::int64_t requests = 0;
  std::int64_t retries = 0;
  std::int64_t timeouts = 0;
  std::int64_t crc_errors = 0;
  std::int64_t exceptions = 0;         ///< the device refused in its protocol
  std::int64_t wrong_unit = 0;         ///< answer of another address
  std::int64_t late_answers = 0;       ///< bytes of an earlier request arrived after its time-out
  std::int64_t foreign_answers = 0;    ///< well-formed, but not the answer to what was asked
  std::int64_t saturated_samples = 0;  ///< injected samples beyond the range of the converter
};

/// The meter's own interface: registers over a bus, messages over a network.
class DeviceLink {
 public:
  virtual ~DeviceLink() = default;
  /// Reads the named quantities, as few transfers as the device allows, in the order asked for.
  /// `now` stamps them. A quantity that the device lacks is not_found. Errors: deadline_exceeded
  /// (no answer), data_loss (check sum), unavailable (the line is gone), aborted (the device
  /// refused or answered something else).
  [[nodiscard]] virtual Result<std::vector<Reading>> read(std::span<const QuantityId> ids,
                                                          Instant now) = 0;
  [[nodiscard]] virtual std::vector<QuantityId> quantities() const = 0;
  /// Serial number, firmware and parameters by name, as the device gives them. Errors as read().
  [[nodiscard]] virtual Result<std::vector<std::pair<std::string, std::string>>>
  read_identity() = 0;
  [[nodiscard]] virtual LinkStatistics statistics() const = 0;
};

/// A rising edge of a pulse output.
struct Pulse {
  std::string output;  ///< such as "S0-2"
  Instant time;
};

/// Edges of pulse outputs as they come, of a device that lives in its own time.
class PulseInput {
 public:
  virtual ~PulseInput() = default;
  /// The edges that came since the last call, oldest first; waits up to `patience` for one. Errors:
  /// unavailable (the other side or the line is gone), aborted (edges were lost): what came before
  /// the error is given out first.
  [[nodiscard]] virtual Result<std::vector<Pulse>> take(Duration patience) = 0;
  /// On which the edges are stamped, and how well: standard uncertainty of a stamp.
  [[nodiscard]] virtual std::string time_base() const = 0;
  [[nodiscard]] virtual Duration standard_uncertainty() const = 0;
};

}  // namespace meterrig
