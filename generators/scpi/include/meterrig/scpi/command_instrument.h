// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "meterrig/scpi/conversation.h"
#include "meterrig/scpi/instrument_values.h"
#include "meterrig/vocabulary/command_file.h"
#include "meterrig/vocabulary/instruments.h"

namespace meterrig::scpi {

/// A value for an action, as a person or a test file writes it: {"level", "2 kV"}, {"coupling",
/// "L1"}.
struct ActionArgument {
  std::string parameter;  ///< key, such as "level" or "voltage.L1"
  std::string value;
};

/// An instrument without a role of its own in the vocabulary, such as a load, a DC supply or an
/// immunity generator: it does the named actions of its command file. For one thread at a time.
class CommandInstrument {
 public:
  /// Switches the output off where the instrument can still be reached.
  virtual ~CommandInstrument() = default;
  [[nodiscard]] virtual Result<InstrumentIdentity> identify() = 0;
  [[nodiscard]] virtual const CommandFile& file() const = 0;
  /// Does the action and gives what its replies told. Nothing is sent when an argument is missing,
  /// unknown, of another unit or beyond its limits: not_found (action), invalid_argument,
  /// out_of_range. Further errors as of Source.
  [[nodiscard]] virtual Result<InstrumentValues> run(std::string_view action,
                                                     std::span<const ActionArgument> arguments) = 0;
  /// Sends all commands of the action off whatever becomes of each, then asks for errors.
  [[nodiscard]] virtual Result<void> off() = 0;
};

/// Errors: invalid_argument for a file whose role has an interface of its own; those of Source.
[[nodiscard]] Result<std::unique_ptr<CommandInstrument>> connect_instrument(
    std::unique_ptr<Conversation> conversation, CommandFile file);

}  // namespace meterrig::scpi
