// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/modbus/mapping.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "meterrig/modbus/codec.h"
#include "meterrig/vocabulary/units.h"

namespace meterrig::modbus {
namespace {

Result<Table> table_from(v1::RegisterTable message) {
  switch (message) {
    case v1::REGISTER_TABLE_HOLDING:
      return Table::holding;
    case v1::REGISTER_TABLE_INPUT:
      return Table::input;
    default:
      return fail(ErrorCode::invalid_argument, "a register has no table");
  }
}

Result<Type> type_from(v1::RegisterType message) {
  switch (message) {
    case v1::REGISTER_TYPE_FLOAT32:
      return Type::float32;
    case v1::REGISTER_TYPE_UINT16:
      return Type::uint16;
    case v1::REGISTER_TYPE_INT16:
      return Type::int16;
    case v1::REGISTER_TYPE_UINT32:
      return Type::uint32;
    case v1::REGISTER_TYPE_INT32:
      return Type::int32;
    default:
      return fail(ErrorCode::invalid_argument, "a register has no type");
  }
}

WordOrder word_order_from(v1::WordOrder message, WordOrder otherwise) {
  switch (message) {
    case v1::WORD_ORDER_HIGH_FIRST:
      return WordOrder::high_first;
    case v1::WORD_ORDER_LOW_FIRST:
      return WordOrder::low_first;
    default:
      return otherwise;
  }
}

// Of the kind's unit in one `unit`: 1000 for kWh; 1 for a plain number.
Result<double> unit_factor(const std::string& unit, QuantityKind kind) {
  if (kind == QuantityKind::none) {
    if (unit == "1") return 1.0;
    return fail(ErrorCode::invalid_argument, fmt::format("unit '{}' of a plain number", unit));
  }
  return parse_quantity("1 " + unit, kind);
}

Result<Register> register_from(const v1::Register& message, WordOrder order) {
  const auto table = table_from(message.table());
  const auto type = type_from(message.type());
  const auto quantity = parse_quantity_id(message.quantity());
  if (!table) return tl::unexpected(table.error());
  if (!type) return tl::unexpected(type.error());
  if (!quantity) return tl::unexpected(quantity.error());
  const auto factor = unit_factor(message.unit(), kind_of(quantity->measurand));
  if (!factor) return tl::unexpected(factor.error());
  const double scale = message.has_scale() ? message.scale() : 1.0;
  if (scale == 0) {
    return fail(ErrorCode::invalid_argument,
                fmt::format("register {} has a scale of 0", message.address()));
  }
  return Register{.address = message.address(),
                  .table = *table,
                  .type = *type,
                  .word_order = word_order_from(message.word_order(), order),
                  .quantity = *quantity,
                  .unit_factor = *factor,
                  .scale = scale};
}

// The registers of a block, one for each order.
Result<void> add_block(const v1::HarmonicBlock& block, RegisterMap& map) {
  v1::Register entry;
  entry.set_table(block.table());
  entry.set_type(block.type());
  entry.set_word_order(block.word_order());
  entry.set_unit("%");
  if (block.has_scale()) entry.set_scale(block.scale());
  int address = block.address();
  for (int order = block.first_order(); order <= block.last_order(); ++order) {
    entry.set_address(address);
    entry.set_quantity(fmt::format("{}_{}.{}", block.quantity(), order, block.place()));
    auto made = register_from(entry, map.word_order);
    if (!made) return tl::unexpected(std::move(made.error()));
    address += register_count(made->type);
    map.registers.push_back(*made);
  }
  return {};
}

}  // namespace

Result<RegisterMap> register_map_from(const v1::ModbusMap& message) {
  RegisterMap map;
  map.maximum_registers = message.maximum_registers();
  map.even_only = message.even_only();
  map.word_order = word_order_from(message.word_order(), WordOrder::high_first);
  for (const v1::Register& entry : message.registers()) {
    auto made = register_from(entry, map.word_order);
    if (!made) return tl::unexpected(std::move(made.error()));
    map.registers.push_back(*made);
  }
  for (const v1::HarmonicBlock& block : message.harmonic_blocks()) {
    if (auto added = add_block(block, map); !added) return tl::unexpected(std::move(added.error()));
  }
  for (const v1::IdentityRegister& entry : message.identity()) {
    const auto table = table_from(entry.table());
    const auto type = type_from(entry.type());
    if (!table) return tl::unexpected(table.error());
    if (!type) return tl::unexpected(type.error());
    map.identity.push_back({.name = entry.name(),
                            .address = entry.address(),
                            .table = *table,
                            .type = *type,
                            .hexadecimal = entry.hexadecimal()});
  }
  return map;
}

ports::Parity parity_from(v1::Parity message) {
  switch (message) {
    case v1::PARITY_EVEN:
      return ports::Parity::even;
    case v1::PARITY_ODD:
      return ports::Parity::odd;
    default:
      return ports::Parity::none;
  }
}

}  // namespace meterrig::modbus
