// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "meterrig/vocabulary/instant.h"
#include "meterrig/vocabulary/result.h"
#include "meterrig/vocabulary/roles.h"
#include "meterrig/vocabulary/signal.h"

namespace meterrig::terminals {

/// Who a device is and at what time it stands.
struct Description {
  std::string device;  ///< family, such as "smart-x96-5a"
  std::string serial_number;
  Instant now;  ///< since it was switched on
  bool simulated = true;
  std::string model;         ///< name of the error model that it runs
  std::string model_sha256;  ///< of the model's file
};

/// What stands behind the terminals of a device: the meaning of dut.proto without its wire. A
/// server calls it from one thread at a time.
class Handler {
 public:
  virtual ~Handler() = default;
  [[nodiscard]] virtual Description describe() = 0;
  /// Switches the device off and on: time 0, the registers it starts with, dead terminals.
  [[nodiscard]] virtual Result<void> power_cycle() = 0;
  /// Puts a signal on the terminals from the present time on, which is time 0 of the recipe, and
  /// returns that time. What is random inside the device follows from the seed. Errors:
  /// invalid_argument or out_of_range for a recipe that cannot be computed; the old one stays.
  [[nodiscard]] virtual Result<Instant> apply(const SignalRecipe& recipe,
                                              std::uint64_t device_seed) = 0;
  /// Lets time pass up to `until` and returns the rising edges of the pulse outputs meanwhile, in
  /// order of time. Errors: out_of_range for a time in the past or more than an hour ahead.
  [[nodiscard]] virtual Result<std::vector<Pulse>> advance(Instant until) = 0;
};

}  // namespace meterrig::terminals
