// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "meterrig/vocabulary/measurand.h"
#include "meterrig/vocabulary/result.h"
#include "meterrig/vocabulary/roles.h"
#include "meterrig/vocabulary/terminals.h"

namespace meterrig {

/// Who a meter is and what it can be asked for.
struct MeterIdentity {
  std::string device;  ///< family, such as "smart-x96-5a"
  std::string serial_number;
  std::string firmware_version;
  std::string firmware_checksum;  ///< hexadecimal, as the device computes it
  std::vector<QuantityId> quantities;
};

/// A parameter that can change what is measured, as the device names and writes it.
using MeterParameter = std::pair<std::string, std::string>;

/// The side of a device by which it tells what it measures: the meaning of the service `Meter` of
/// dut.proto without its wire.
class Meter {
 public:
  virtual ~Meter() = default;
  [[nodiscard]] virtual Result<MeterIdentity> identify() = 0;
  /// In the order asked for, each with the time on the device's own time base at which it was
  /// valid. Errors: not_found, naming the quantity that the meter lacks; those of the wire.
  [[nodiscard]] virtual Result<std::vector<Reading>> read(std::span<const QuantityId> ids) = 0;
  [[nodiscard]] virtual Result<std::vector<MeterParameter>> read_parameters() = 0;
  /// What happened on the way to it.
  [[nodiscard]] virtual LinkStatistics statistics() const { return {}; }
};

/// The sides that a device serves: one or both.
struct Sides {
  Terminals* terminals = nullptr;
  Meter* meter = nullptr;
};

}  // namespace meterrig
