// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig {

/// The kinds of quantity.h for text whose kind is known only at run time: files and messages. The
/// numbers equal those of `QuantityKind` in the schema's options.proto.
enum class QuantityKind : std::uint8_t {
  none = 0,  ///< a plain number
  voltage = 1,
  current = 2,
  active_power = 3,
  reactive_power = 4,
  apparent_power = 5,
  active_energy = 6,
  reactive_energy = 7,
  apparent_energy = 8,
  frequency = 9,
  angle = 10,
  duration = 11,
  temperature = 12,
  percentage = 13,
  meter_constant = 14,
  field_strength = 15,
  gain = 16,
};

/// Such as "voltage".
[[nodiscard]] std::string_view name(QuantityKind kind);

/// Symbol of the unit in which the kind's numbers are held: "V", "A", "W", "var", "VA", "Wh",
/// "varh", "VAh", "Hz", "deg", "s", "degC", "%", "imp/kWh", "V/m", "dB"; empty for a plain number.
[[nodiscard]] std::string_view unit_symbol(QuantityKind kind);

/// Every spelling of a unit that text of this kind may use, separated by ", ", for messages.
[[nodiscard]] std::string accepted_units(QuantityKind kind);

/// Reads "230 V", "0.25 A", "4 ms" or, for a plain number, "0.5". The number is in C notation with
/// a point; the unit is needed and must be of `kind`. Returns the number in unit_symbol(kind).
/// Errors: invalid_argument, saying what was found and what was expected.
[[nodiscard]] Result<double> parse_quantity(std::string_view text, QuantityKind kind);

/// Shortest text that parse_quantity() reads back to the same double, such as "0.25 A".
[[nodiscard]] std::string exact_text(double number, QuantityKind kind);

/// For people: a fitting prefix and `digits` significant digits, such as "50 mA"; "unknown" for
/// NaN.
[[nodiscard]] std::string readable(double number, QuantityKind kind, int digits = 6);

}  // namespace meterrig
