// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

#include "meterrig/modbus/register_map.h"

namespace meterrig::modbus {

/// A read of registers (Modbus application protocol 6.3 and 6.4).
struct Request {
  int unit = 1;
  Table table = Table::input;
  int address = 0;
  int count = 1;
  std::uint16_t transaction = 0;  ///< TCP only
};

}  // namespace meterrig::modbus
