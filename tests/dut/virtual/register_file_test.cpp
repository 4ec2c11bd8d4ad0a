// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/twin/register_file.h"

#include <array>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace meterrig::twin {
namespace {

using modbus::Table;
using modbus::Type;
using modbus::WordOrder;

modbus::RegisterMap family_map() {
  modbus::RegisterMap map;
  map.registers = {
      {.address = 0, .quantity = {Measurand::voltage, Place::L1}},
      {.address = 2, .quantity = {Measurand::voltage, Place::L2}},
      {.address = 8, .quantity = {Measurand::current, Place::L1}},
      {.address = 0x48,
       .quantity = {Measurand::active_energy_import, Place::total},
       .unit_factor = 1000},
      {.address = 0x60,
       .type = Type::uint16,
       .quantity = {Measurand::frequency, Place::total},
       .scale = 0.01},
      {.address = 0x61,
       .type = Type::int16,
       .quantity = {Measurand::active_power, Place::L1},
       .scale = 10},
      {.address = 0x62,
       .type = Type::int32,
       .word_order = WordOrder::low_first,
       .quantity = {Measurand::active_power, Place::total}},
  };
  map.identity = {{.name = "baud_rate", .address = 0x1C, .type = Type::float32},
                  {.name = "serial_number", .address = 0xFC00, .type = Type::uint32},
                  {.name = "firmware", .address = 0xFFFF, .type = Type::uint16},
                  {.name = "not known", .address = 0x20, .type = Type::float32}};
  return map;
}

std::unique_ptr<RegisterFile> make(modbus::RegisterMap map = family_map()) {
  auto file = RegisterFile::create(
      std::move(map), {{"baud_rate", 2}, {"serial_number", 4294967295.0}, {"firmware", 0x0104}});
  BOOST_REQUIRE(file.has_value());
  return std::move(*file);
}

using Words = std::vector<std::uint16_t>;

BOOST_AUTO_TEST_SUITE(register_file)

BOOST_AUTO_TEST_CASE(values_are_encoded_in_the_map_s_type_unit_and_order) {
  const auto file = make();
  Readings readings;
  readings[{Measurand::voltage, Place::L1}] = 230;                   // 0x43660000
  readings[{Measurand::voltage, Place::L2}] = -1.5;                  // 0xBFC00000
  readings[{Measurand::active_energy_import, Place::total}] = 1500;  // 1.5 kWh, 0x3FC00000
  readings[{Measurand::frequency, Place::total}] = 49.98;            // 4998 = 0x1386
  readings[{Measurand::active_power, Place::L1}] = -1234;            // -123 = 0xFF85
  readings[{Measurand::active_power, Place::total}] = 65537;
  file->update(readings);
  BOOST_TEST((file->read(Table::input, 0, 4) == Words{0x4366, 0x0000, 0xBFC0, 0x0000}));
  BOOST_TEST((file->read(Table::input, 0x48, 2) == Words{0x3FC0, 0x0000}));
  BOOST_TEST((file->read(Table::input, 0x60, 4) == Words{0x1386, 0xFF85, 0x0001, 0x0001}));
}

BOOST_AUTO_TEST_CASE(identity_registers_hold_what_they_were_given) {
  const auto file = make();
  BOOST_TEST((file->read(Table::holding, 0x1C, 2) == Words{0x4000, 0x0000}));  // 2.0
  BOOST_TEST((file->read(Table::holding, 0xFC00, 2) == Words{0xFFFF, 0xFFFF}));
  BOOST_TEST((file->read(Table::holding, 0x20, 2) == Words{0, 0}));
  modbus::RegisterMap any = family_map();
  any.even_only = false;
  BOOST_TEST((make(any)->read(Table::holding, 0xFFFF, 1) == Words{0x0104}));
}

BOOST_AUTO_TEST_CASE(reserved_registers_between_two_of_the_map_read_zero) {
  const auto file = make();
  BOOST_TEST((file->read(Table::input, 4, 4) == Words{0, 0, 0, 0}));
  BOOST_TEST(file->read(Table::input, 0, 10).has_value());
  // From 10 to 0x47 nothing is known for 62 registers: that is not a hole, that is unknown.
  BOOST_TEST((file->read(Table::input, 8, 4).error() == ModbusException::illegal_data_address));
  BOOST_TEST((file->read(Table::input, 0x40, 2).error() == ModbusException::illegal_data_address));
}

BOOST_AUTO_TEST_CASE(what_the_family_refuses_is_refused_with_its_exception) {
  const auto file = make();
  const auto refused = [&file](int address, int count) {
    const auto words = file->read(Table::input, address, count);
    BOOST_REQUIRE(!words.has_value());
    return words.error();
  };
  BOOST_TEST((refused(0, 0) == ModbusException::illegal_data_value));
  BOOST_TEST((refused(0, 3) == ModbusException::illegal_data_value));
  BOOST_TEST((refused(0, 62) == ModbusException::illegal_data_value));
  BOOST_TEST((refused(0, 65534) == ModbusException::illegal_data_value));
  BOOST_TEST((refused(1, 2) == ModbusException::illegal_data_address));
  BOOST_TEST((refused(-2, 2) == ModbusException::illegal_data_address));
  BOOST_TEST((refused(0x1000, 2) == ModbusException::illegal_data_address));
  BOOST_TEST((refused(0xFFFE, 2) == ModbusException::illegal_data_address));
  BOOST_TEST((refused(0x62, 4) == ModbusException::illegal_data_address));  // beyond the last
  BOOST_TEST((file->read(Table::holding, 0, 2).error() == ModbusException::illegal_data_address));
}

BOOST_AUTO_TEST_CASE(a_map_that_contradicts_itself_is_refused) {
  modbus::RegisterMap overlapping = family_map();
  overlapping.registers.push_back({.address = 1, .quantity = {Measurand::voltage, Place::L3}});
  modbus::RegisterMap beyond = family_map();
  beyond.registers.push_back({.address = 65535, .quantity = {Measurand::voltage, Place::L3}});
  modbus::RegisterMap negative = family_map();
  negative.identity.push_back({.name = "x", .address = -1});
  for (const modbus::RegisterMap& map : {overlapping, beyond, negative}) {
    const auto file = RegisterFile::create(map, {});
    BOOST_REQUIRE(!file.has_value());
    BOOST_TEST((file.error().code == ErrorCode::invalid_argument));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace meterrig::twin
