// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "meterrig/vocabulary/measurand.h"

namespace meterrig::modbus {

/// The value is the function code that reads it.
enum class Table { holding = 3, input = 4 };
enum class Type { float32, uint16, int16, uint32, int32 };
/// Which register of a 32-bit value has the lower address.
enum class WordOrder { high_first, low_first };

/// A measured quantity: reading = raw x scale x unit_factor, in unit_symbol() of the quantity's
/// kind.
struct Register {
  int address = 0;  ///< zero-based protocol address
  Table table = Table::input;
  Type type = Type::float32;
  WordOrder word_order = WordOrder::high_first;
  QuantityId quantity{};
  double unit_factor = 1;  ///< of the kind's unit in one of the register's unit: 1000 for kWh
  double scale = 1;        ///< of the register's unit in one count
};

/// A value that tells which device it is, or how it is set.
struct IdentityRegister {
  std::string name;
  int address = 0;
  Table table = Table::holding;
  Type type = Type::uint32;
  bool hexadecimal = false;  ///< how the text shows it
};

/// What a device offers over Modbus.
struct RegisterMap {
  std::vector<Register> registers;
  std::vector<IdentityRegister> identity;
  int maximum_registers = 60;  ///< in one transfer, at most 125 (Modbus application protocol 6.3)
  bool even_only = true;       ///< a transfer starts at an even address and has an even length
  WordOrder word_order = WordOrder::high_first;  ///< of the identity registers
};

}  // namespace meterrig::modbus
