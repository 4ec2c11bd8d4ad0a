// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "meterrig/vocabulary/result.h"

namespace meterrig::scpi::simulator {

/// One command or query of a line, as SCPI 1999 volume 1 chapter 6 forms it.
struct ScpiCommand {
  std::vector<std::string> mnemonics;  ///< as sent, such as {"SOUR", "VOLT1"}
  bool query = false;
  std::vector<std::string> parameters;
};

/// The commands of a line, parted by ';', each from the root of the tree. Error: invalid_argument
/// for what is no command.
[[nodiscard]] std::vector<Result<ScpiCommand>> parse_scpi(std::string_view line);

/// Whether a header is meant by a pattern such as "SOURce:VOLTage#:ANGLe": short or long form of
/// each mnemonic, in any case; '#' is a number of one digit, 1 where none is given, which is
/// returned. Without '#' a match returns 0.
[[nodiscard]] std::optional<int> matches(const ScpiCommand& command, std::string_view pattern);

/// A parameter as a finite number.
[[nodiscard]] std::optional<double> scpi_number(std::string_view text);
/// ON, OFF, 1 or 0.
[[nodiscard]] std::optional<bool> scpi_boolean(std::string_view text);

}  // namespace meterrig::scpi::simulator
