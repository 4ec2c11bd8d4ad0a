// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "meterrig/vocabulary/element.h"
#include "meterrig/vocabulary/measurand.h"
#include "meterrig/vocabulary/meter.h"
#include "meterrig/vocabulary/terminals.h"

namespace meterrig::kit {

/// What the converter gives at one time: codes of L1, L2, L3.
struct Scan {
  PerPhase<std::int32_t> volts{};
  PerPhase<std::int32_t> amperes{};
};

/// Who a firmware is and what it is connected to. Stays as it is while the core lives.
struct CoreDescription {
  std::string device;  ///< family, the id of its profile
  std::string serial_number;
  std::string firmware_version;
  std::string firmware_checksum;           ///< of what was built, hexadecimal
  Converter converter;                     ///< rate, bits and steps of the codes that it expects
  std::vector<std::string> pulse_outputs;  ///< at most 32, named as in the profile
  std::vector<QuantityId> quantities;      ///< that it can be asked for
};

/// A value that a firmware shows, in V, A, W, var, VA, Hz, deg, Wh, varh, VAh by its quantity.
struct CoreValue {
  double value = 0;              ///< NaN when it has none now
  double resolution = 0;         ///< least difference between two values near this one
  std::int64_t scans_since = 0;  ///< that it was renewed
};

/// The metering code of a firmware, compiled for this computer: the whole of what it must give to
/// be driven as a device. All calls come from one thread at a time. What it does may depend on the
/// calls alone, not on a clock or on chance: then the same test gives the same result.
class Core {
 public:
  virtual ~Core() = default;
  [[nodiscard]] virtual CoreDescription describe() const = 0;
  /// Power on: the state with which a meter leaves the factory.
  virtual void reset() = 0;
  /// What the interrupt of the converter does: takes the next scan. Bit k of the answer is set when
  /// a pulse of output k begins at the time of this scan.
  [[nodiscard]] virtual std::uint32_t scan(const Scan& codes) = 0;
  /// The present value of one of its quantities.
  [[nodiscard]] virtual CoreValue value(QuantityId id) const = 0;
  /// What can change what is measured, calibration constants among it, by name.
  [[nodiscard]] virtual std::vector<MeterParameter> parameters() const = 0;
};

}  // namespace meterrig::kit
