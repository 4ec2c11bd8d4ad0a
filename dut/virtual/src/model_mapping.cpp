// SPDX-License-Identifier: GPL-3.0-or-later
#include "model_mapping.h"

#include <fmt/format.h>

#include <cstddef>
#include <utility>

#include "meterrig/vocabulary/units.h"

namespace meterrig::twin {
namespace {

Result<PerPhase<reference::ChannelModel>> channels_from(
    const google::protobuf::RepeatedPtrField<v1::ChannelError>& messages, std::string_view name) {
  if (messages.size() != static_cast<int>(phase_count)) {
    return fail(ErrorCode::invalid_argument,
                fmt::format("front_end.{} needs three channels, not {}", name, messages.size()));
  }
  PerPhase<reference::ChannelModel> models;
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    const v1::ChannelError& message = messages.Get(static_cast<int>(phase));
    models[phase] = {.gain = percent(message.gain()),
                     .offset = percent(message.offset()),
                     .noise = percent(message.noise())};
  }
  return models;
}

Result<modbus::Table> table_from(v1::RegisterTable message) {
  switch (message) {
    case v1::REGISTER_TABLE_HOLDING:
      return modbus::Table::holding;
    case v1::REGISTER_TABLE_INPUT:
      return modbus::Table::input;
    default:
      return fail(ErrorCode::invalid_argument, "a register has no table");
  }
}

Result<modbus::Type> type_from(v1::RegisterType message) {
  switch (message) {
    case v1::REGISTER_TYPE_FLOAT32:
      return modbus::Type::float32;
    case v1::REGISTER_TYPE_UINT16:
      return modbus::Type::uint16;
    case v1::REGISTER_TYPE_INT16:
      return modbus::Type::int16;
    case v1::REGISTER_TYPE_UINT32:
      return modbus::Type::uint32;
    case v1::REGISTER_TYPE_INT32:
      return modbus::Type::int32;
    default:
      return fail(ErrorCode::invalid_argument, "a register has no type");
  }
}

modbus::WordOrder word_order_from(v1::WordOrder message, modbus::WordOrder otherwise) {
  switch (message) {
    case v1::WORD_ORDER_HIGH_FIRST:
      return modbus::WordOrder::high_first;
    case v1::WORD_ORDER_LOW_FIRST:
      return modbus::WordOrder::low_first;
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

Result<modbus::Register> register_from(const v1::Register& message, modbus::WordOrder order) {
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
  return modbus::Register{.address = message.address(),
                          .table = *table,
                          .type = *type,
                          .word_order = word_order_from(message.word_order(), order),
                          .quantity = *quantity,
                          .unit_factor = *factor,
                          .scale = scale};
}

Result<PulseEnergy> energy_from(v1::PulseEnergy message) {
  switch (message) {
    case v1::PULSE_ENERGY_ACTIVE_IMPORT:
      return PulseEnergy::active_import;
    case v1::PULSE_ENERGY_ACTIVE_EXPORT:
      return PulseEnergy::active_export;
    case v1::PULSE_ENERGY_ACTIVE_TOTAL:
      return PulseEnergy::active_total;
    default:
      return fail(ErrorCode::invalid_argument, "a pulse output has no energy");
  }
}

}  // namespace

Result<reference::FrontEndModel> front_end_from(const v1::FrontEnd& message) {
  const auto rate = exact_rational(message.sample_rate());
  if (!rate) return tl::unexpected(rate.error());
  auto voltage = channels_from(message.voltage(), "voltage");
  if (!voltage) return tl::unexpected(std::move(voltage.error()));
  auto current = channels_from(message.current(), "current");
  if (!current) return tl::unexpected(std::move(current.error()));
  reference::FrontEndModel model;
  model.nominal_rate = *rate;
  model.adc_bits = message.adc_bits();
  model.voltage_full_scale = volt(message.voltage_full_scale());
  model.current_full_scale = ampere(message.current_full_scale());
  model.clock_error = percent(message.clock_error());
  model.voltage = *voltage;
  model.current = *current;
  for (const v1::TransformerPoint& point : message.current_transformer()) {
    model.transformer.push_back({.current = ampere(point.current()),
                                 .ratio_error = percent(point.ratio_error()),
                                 .phase_error = degree(point.phase_error())});
  }
  if (auto checked = reference::check(model); !checked) {
    return tl::unexpected(std::move(checked.error()));
  }
  return model;
}

Result<modbus::RegisterMap> register_map_from(const v1::ModbusMap& message) {
  modbus::RegisterMap map;
  map.maximum_registers = message.maximum_registers();
  map.even_only = message.even_only();
  map.word_order = word_order_from(message.word_order(), modbus::WordOrder::high_first);
  for (const v1::Register& entry : message.registers()) {
    auto made = register_from(entry, map.word_order);
    if (!made) return tl::unexpected(std::move(made.error()));
    map.registers.push_back(*made);
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

Result<CoreSettings> core_settings_from(const v1::Device& device, const v1::Twin& model) {
  const auto rate = exact_rational(model.front_end().sample_rate());
  if (!rate) return tl::unexpected(rate.error());
  CoreSettings settings;
  settings.nominal_rate = *rate;
  settings.adc_bits = model.front_end().adc_bits();
  settings.voltage_full_scale = volt(model.front_end().voltage_full_scale());
  settings.current_full_scale = ampere(model.front_end().current_full_scale());
  settings.reference_voltage = volt(device.ratings().reference_voltage());
  settings.reference_frequency = hertz(device.ratings().reference_frequency());
  settings.creep_threshold = ampere(model.creep_threshold());
  settings.initial_import = watt_hour(model.initial_import());
  settings.initial_export = watt_hour(model.initial_export());
  for (const v1::PulseOutput& output : device.pulse_outputs()) {
    const auto energy = energy_from(output.energy());
    if (!energy) return tl::unexpected(energy.error());
    settings.outputs.push_back({.id = output.id(),
                                .energy = *energy,
                                .constant = impulse_per_kilowatt_hour(output.constant()),
                                .width = second(output.width()),
                                .position_quantum = second(output.position_quantum())});
  }
  return settings;
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

}  // namespace meterrig::twin
