// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>

#include "meterrig/modbus/register_map.h"

namespace meterrig::modbus {

/// Registers that a value of the type takes: 1 or 2.
[[nodiscard]] int register_count(Type type);

/// The number in register_count(type) registers; exact, for a double holds each of the types.
[[nodiscard]] double decode(std::span<const std::uint16_t> registers, Type type, WordOrder order);

/// Writes register_count(type) registers: an integer is rounded to the nearest (halves away from
/// zero) and saturates, NaN becomes its 0; a float32 is rounded to nearest, beyond its range
/// infinite.
void encode(double value, Type type, WordOrder order, std::span<std::uint16_t> registers);

/// Least difference between `value` (a number that decode() gave) and another one of the type: 1
/// for integers, the distance to the next float away from zero for float32, NaN when that is not
/// finite.
[[nodiscard]] double resolution(double value, Type type);

}  // namespace meterrig::modbus
