// SPDX-License-Identifier: GPL-3.0-or-later
#include "grouping.h"

#include <algorithm>
#include <tuple>

#include "meterrig/modbus/codec.h"

namespace meterrig::modbus {

Block block_of(Table table, int address, Type type, bool even_only) {
  int end = address + register_count(type);
  if (even_only) {
    address -= address % 2;
    end += end % 2;
  }
  return {.table = table, .address = address, .count = end - address};
}

std::vector<Block> group(std::vector<Block> wanted, int maximum_registers, bool through_gaps) {
  const int widest_gap = through_gaps ? 16 : 0;
  std::ranges::sort(wanted, {},
                    [](const Block& block) { return std::tuple(block.table, block.address); });
  std::vector<Block> grouped;
  for (const Block& block : wanted) {
    if (!grouped.empty()) {
      Block& last = grouped.back();
      const int last_end = last.address + last.count;
      const int end = std::max(last_end, block.address + block.count);
      if (block.table == last.table && block.address - last_end <= widest_gap &&
          end - last.address <= maximum_registers) {
        last.count = end - last.address;
        continue;
      }
    }
    grouped.push_back(block);
  }
  return grouped;
}

}  // namespace meterrig::modbus
