// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "meterrig/modbus/register_map.h"

namespace meterrig::modbus {

/// Consecutive registers of one table.
struct Block {
  Table table;
  int address;
  int count;
  friend bool operator==(const Block&, const Block&) = default;
};

/// What must be transferred to read a value of this type at this address.
Block block_of(Table table, int address, Type type, bool even_only);

/// As few blocks as possible that hold all the wanted ones, none longer than `maximum_registers`.
/// Unwanted registers between two wanted ones are read along only when `through_gaps`, and then at
/// most 16 of them: some devices refuse addresses that they do not use.
std::vector<Block> group(std::vector<Block> wanted, int maximum_registers, bool through_gaps);

}  // namespace meterrig::modbus
