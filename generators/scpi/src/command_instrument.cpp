// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/scpi/command_instrument.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <utility>

#include "command_runner.h"

namespace meterrig::scpi {
namespace {

/// Keys of the values that an action's commands take.
std::set<std::string, std::less<>> keys_of(const InstrumentAction& action) {
  std::set<std::string, std::less<>> keys;
  for (const InstrumentStep& step : action.steps) {
    for (const CommandPiece& piece : step.text.pieces()) {
      if (piece.sort != CommandPiece::Sort::literal) keys.insert(piece.key());
    }
  }
  return keys;
}

class FileInstrument final : public CommandInstrument {
 public:
  FileInstrument(std::unique_ptr<Conversation> conversation, CommandFile file)
      : runner_(std::move(conversation), std::move(file)) {}
  ~FileInstrument() override {
    if (acted_) static_cast<void>(runner_.send_off());
  }
  FileInstrument(const FileInstrument&) = delete;
  FileInstrument& operator=(const FileInstrument&) = delete;

  Result<void> prepare() { return runner_.prepare(); }
  Result<InstrumentIdentity> identify() override { return runner_.identify(); }
  [[nodiscard]] const CommandFile& file() const override { return runner_.file(); }

  Result<InstrumentValues> run(std::string_view name,
                               std::span<const ActionArgument> arguments) override {
    const InstrumentAction* action = file().action(name);
    if (action == nullptr) return runner_.run(name, {});  // says that there is none
    auto values = values_of(*action, arguments);
    if (!values) return values;
    acted_ = true;
    return runner_.run(name, *values);
  }
  Result<void> off() override {
    auto heard = runner_.off();
    if (heard) acted_ = false;
    return heard;
  }

 private:
  Result<InstrumentValues> values_of(const InstrumentAction& action,
                                     std::span<const ActionArgument> arguments) const {
    const auto keys = keys_of(action);
    InstrumentValues values;
    for (const ActionArgument& argument : arguments) {
      const InstrumentParameter* parameter =
          file().parameter(argument.parameter.substr(0, argument.parameter.find('.')));
      if (parameter == nullptr || !keys.contains(argument.parameter))
        return fail(ErrorCode::invalid_argument,
                    fmt::format("{} of {} takes no '{}'; expected {}", action.name, file().id,
                                argument.parameter,
                                keys.empty() ? "none" : fmt::format("{}", fmt::join(keys, ", "))));
      InstrumentValue& value = values[argument.parameter];
      if (!parameter->words.empty()) {
        value.word = argument.value;
        continue;
      }
      const auto number = parse_quantity(argument.value, parameter->kind);
      if (!number)
        return fail(number.error().code,
                    fmt::format("{}: {}", argument.parameter, number.error().message));
      value.number = *number;
    }
    return values;
  }

  CommandRunner runner_;
  bool acted_ = false;  // since it was off
};

}  // namespace

Result<std::unique_ptr<CommandInstrument>> connect_instrument(
    std::unique_ptr<Conversation> conversation, CommandFile file) {
  const bool plain = file.role == InstrumentRole::load || file.role == InstrumentRole::dc_supply ||
                     file.role == InstrumentRole::immunity_generator;
  if (!plain)
    return fail(ErrorCode::invalid_argument,
                fmt::format("{} is a {}; expected a load, dc_supply or immunity_generator", file.id,
                            name(file.role)));
  auto instrument = std::make_unique<FileInstrument>(std::move(conversation), std::move(file));
  if (auto prepared = instrument->prepare(); !prepared) return tl::unexpected(prepared.error());
  return instrument;
}

}  // namespace meterrig::scpi
