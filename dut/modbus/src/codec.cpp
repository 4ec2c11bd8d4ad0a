// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/modbus/codec.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <utility>

namespace meterrig::modbus {
namespace {

std::uint32_t join(std::span<const std::uint16_t> registers, WordOrder order) {
  std::uint32_t high = registers[0];
  std::uint32_t low = registers[1];
  if (order == WordOrder::low_first) std::swap(high, low);
  return (high << 16U) | low;
}

void split(std::uint32_t bits, WordOrder order, std::span<std::uint16_t> registers) {
  registers[0] = static_cast<std::uint16_t>(bits >> 16U);
  registers[1] = static_cast<std::uint16_t>(bits & 0xFFFFU);
  if (order == WordOrder::low_first) std::swap(registers[0], registers[1]);
}

template <class Integer>
Integer saturate(double value) {
  if (std::isnan(value)) return 0;
  constexpr double least = std::numeric_limits<Integer>::min();
  constexpr double greatest = std::numeric_limits<Integer>::max();
  return static_cast<Integer>(std::clamp(std::round(value), least, greatest));
}

float nearest_float(double value) {
  // Half an ulp beyond the greatest float; conversion of more is undefined.
  if (std::abs(value) >= 0x1.ffffffp127) {
    return std::copysign(std::numeric_limits<float>::infinity(), value > 0 ? 1.0F : -1.0F);
  }
  return static_cast<float>(value);
}

}  // namespace

int register_count(Type type) { return type == Type::uint16 || type == Type::int16 ? 1 : 2; }

double decode(std::span<const std::uint16_t> registers, Type type, WordOrder order) {
  switch (type) {
    case Type::float32:
      return std::bit_cast<float>(join(registers, order));
    case Type::uint16:
      return registers[0];
    case Type::int16:
      return static_cast<std::int16_t>(registers[0]);
    case Type::uint32:
      return join(registers, order);
    case Type::int32:
      return static_cast<std::int32_t>(join(registers, order));
  }
  return std::numeric_limits<double>::quiet_NaN();
}

void encode(double value, Type type, WordOrder order, std::span<std::uint16_t> registers) {
  switch (type) {
    case Type::float32:
      split(std::bit_cast<std::uint32_t>(nearest_float(value)), order, registers);
      break;
    case Type::uint16:
      registers[0] = saturate<std::uint16_t>(value);
      break;
    case Type::int16:
      registers[0] = static_cast<std::uint16_t>(saturate<std::int16_t>(value));
      break;
    case Type::uint32:
      split(saturate<std::uint32_t>(value), order, registers);
      break;
    case Type::int32:
      split(static_cast<std::uint32_t>(saturate<std::int32_t>(value)), order, registers);
      break;
  }
}

double resolution(double value, Type type) {
  if (type != Type::float32) return 1;
  if (!std::isfinite(value)) return std::numeric_limits<double>::quiet_NaN();
  const float magnitude = std::abs(static_cast<float>(value));
  const float next = std::nextafter(magnitude, std::numeric_limits<float>::infinity());
  return std::isinf(next) ? 0x1p104  // ulp of the greatest float
                          : static_cast<double>(next) - static_cast<double>(magnitude);
}

}  // namespace meterrig::modbus
