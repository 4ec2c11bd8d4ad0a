// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig {

/// What is around a device can be put to a temperature. An ability that terminals or a bench may
/// have besides: who has it derives from this too.
class Chamber {
 public:
  Chamber() = default;
  Chamber(const Chamber&) = delete;
  Chamber& operator=(const Chamber&) = delete;
  virtual ~Chamber() = default;

  /// With the next signal that is applied; nothing is the temperature of the room. Errors:
  /// out_of_range beyond what the chamber can do, unimplemented where there is none after all.
  [[nodiscard]] virtual Result<void> set_temperature(std::optional<Temperature> temperature) = 0;
};

}  // namespace meterrig
