// SPDX-License-Identifier: GPL-3.0-or-later
#include "scpi_instrument.h"

#include <utility>

namespace meterrig::scpi::simulator {
namespace {

constexpr std::size_t longest_queue = 16;
// Bits of the standard event status register (IEEE 488.2 11.5.1.1).
constexpr int execution_error = 16;
constexpr int command_error = 32;

}  // namespace

void ScpiInstrument::push_error(std::string text) {
  event_status_ |= text.starts_with("-1") ? command_error : execution_error;
  if (errors_.size() + 1 < longest_queue) {
    errors_.push_back(std::move(text));
  } else if (errors_.size() < longest_queue) {
    errors_.emplace_back("-350,\"Queue overflow\"");
  }
}

std::optional<std::string> ScpiInstrument::common(const ScpiCommand& command) {
  if (command.query && matches(command, "*IDN")) return identity_;
  if (command.query && matches(command, "*OPC")) return "1";
  if (command.query && matches(command, "*ESR"))
    return std::to_string(std::exchange(event_status_, 0));
  if (command.query &&
      (matches(command, "SYSTem:ERRor") || matches(command, "SYSTem:ERRor:NEXT"))) {
    if (errors_.empty()) return "0,\"No error\"";
    std::string error = std::move(errors_.front());
    errors_.pop_front();
    return error;
  }
  if (!command.query && matches(command, "*CLS")) {
    errors_.clear();
    event_status_ = 0;
    return "";
  }
  if (!command.query && matches(command, "*RST")) {
    reset();
    return "";
  }
  return std::nullopt;
}

std::optional<std::string> ScpiInstrument::answer(std::string_view line) {
  heard();
  std::string replies;
  bool replied = false;
  for (const auto& command : parse_scpi(line)) {
    if (!command) {
      push_error("-102,\"Syntax error\"");
      continue;
    }
    auto reply = common(*command);
    if (!reply) reply = execute(*command);
    if (!reply) {
      push_error("-113,\"Undefined header\"");
    } else if (command->query) {
      if (replied) replies += ';';
      replies += *reply;
      replied = true;
    }
  }
  return replied ? std::optional(replies) : std::nullopt;
}

}  // namespace meterrig::scpi::simulator
