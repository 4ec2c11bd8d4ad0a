// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "meterrig/scpi/conversation.h"
#include "meterrig/scpi/instrument_values.h"
#include "meterrig/vocabulary/command_file.h"
#include "meterrig/vocabulary/instruments.h"

namespace meterrig::scpi {

/// Does what a command file says, over a conversation.
class CommandRunner {
 public:
  CommandRunner(std::unique_ptr<Conversation> conversation, CommandFile file)
      : conversation_(std::move(conversation)), file_(std::move(file)) {}
  /// The identity, the commands of `prepare`, the watchdog.
  Result<void> prepare();
  Result<InstrumentIdentity> identify();
  /// Runs an action and gives the values of its replies. Nothing is sent when a value does not fit.
  /// Error: aborted when the instrument tells of an error, with its words.
  Result<InstrumentValues> run(std::string_view action, const InstrumentValues& values);
  /// Sends what the action off sends, each command whatever became of the one before, and opens a
  /// lost line again. The first error, if any; only reading back tells whether it is off.
  Result<void> send_off();
  /// The same, and asks for errors, which tells that it was heard. For instruments whose output
  /// cannot be read back.
  Result<void> off();
  [[nodiscard]] const CommandFile& file() const { return file_; }
  [[nodiscard]] const std::string& name() const { return conversation_->name(); }

 private:
  Result<void> send(const std::string& command);
  /// `after` is the command that is asked about.
  Result<void> check_errors(std::string_view after);
  Result<std::string> ask(const std::string& query) {
    return conversation_->ask(query, file_.conversation.answer_timeout);
  }

  std::unique_ptr<Conversation> conversation_;
  CommandFile file_;
};

}  // namespace meterrig::scpi
