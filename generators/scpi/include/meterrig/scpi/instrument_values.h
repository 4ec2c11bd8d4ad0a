// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <limits>
#include <map>
#include <string>
#include <string_view>

#include "meterrig/vocabulary/command_file.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::scpi {

/// A number in the unit of its parameter's kind, or a word.
struct InstrumentValue {
  double number = std::numeric_limits<double>::quiet_NaN();
  std::string word;  ///< of a parameter of words: ours
  friend bool operator==(const InstrumentValue&, const InstrumentValue&) = default;
};

/// By key, such as "voltage.L1" or "frequency".
using InstrumentValues = std::map<std::string, InstrumentValue, std::less<>>;

/// The text that is sent: every placeholder replaced, numbers with the decimals of their parameter.
/// Angles whose limits span a turn are brought between them. Errors: invalid_argument for a value
/// that is missing or unknown, or a word that the parameter lacks; out_of_range beyond its limits,
/// also when only rounding takes it there.
[[nodiscard]] Result<std::string> fill_in(const CommandText& command, const CommandFile& file,
                                          const InstrumentValues& values);

/// Takes the values out of a reply of the form. Literal text must stand there, whatever the case of
/// its letters and the spaces around numbers. Error: data_loss that shows the reply and the form,
/// for a reply of another form, a number that is not finite (SCPI says 9.91E37 for none), an
/// unknown word.
[[nodiscard]] Result<void> take_values(const CommandText& form, std::string_view reply,
                                       const CommandFile& file, InstrumentValues& values);

}  // namespace meterrig::scpi
