// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/loader/instrument_mapping.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "instrument_reading.h"

namespace meterrig::loader {

Result<CommandFile> command_file_from(const v1::Instrument& message) {
  std::optional<std::string> first;
  CommandFile file = read_instrument(
      message,
      [&first](const std::string& where, const std::string& found, const std::string& expected) {
        if (!first) first = fmt::format("{}: {}; expected {}", where, found, expected);
      });
  if (first) return fail(ErrorCode::invalid_argument, std::move(*first));
  return file;
}

v1::Instrument message_from(const CommandFile& file) {
  v1::Instrument message;
  message.set_id(file.id);
  message.set_title(file.title);
  message.set_role(static_cast<v1::InstrumentRole>(static_cast<int>(file.role) + 1));
  v1::InstrumentConversation& conversation = *message.mutable_conversation();
  conversation.set_line_end(
      static_cast<v1::LineEnd>(static_cast<int>(file.conversation.line_end) + 1));
  conversation.set_answer_timeout(file.conversation.answer_timeout.in(second));
  conversation.set_pause(file.conversation.pause.in(second));
  conversation.set_longest_reply(static_cast<std::int32_t>(file.conversation.longest_reply));
  conversation.set_identity_query(file.conversation.identity_query);
  conversation.mutable_tcp();  // a way there is; which one is the bench's
  for (const std::string& command : file.prepare) message.add_prepare(command);
  if (file.errors) {
    v1::ErrorQuery& errors = *message.mutable_errors();
    errors.set_query(file.errors->query);
    errors.set_none(file.errors->none.text());
    errors.set_bits(file.errors->bits);
    errors.set_at_end_only(!file.errors->after_each_command);
  }
  if (file.watchdog) {
    message.mutable_watchdog()->set_command(file.watchdog->command);
    message.mutable_watchdog()->set_interval(file.watchdog->interval.in(second));
  }
  for (const InstrumentParameter& parameter : file.parameters) {
    v1::InstrumentParameter& entry = *message.add_parameters();
    entry.set_name(parameter.name);
    for (const auto& [word, text] : parameter.words) {
      v1::InstrumentWord& added = *entry.add_words();
      added.set_word(word);
      added.set_text(text);
    }
    if (!parameter.words.empty()) continue;
    entry.set_unit(parameter.unit);
    entry.set_scale(parameter.scale);
    entry.set_decimals(parameter.decimals);
    entry.set_minimum(exact_text(parameter.minimum, parameter.kind));
    entry.set_maximum(exact_text(parameter.maximum, parameter.kind));
    for (const double range : parameter.ranges) entry.add_ranges(exact_text(range, parameter.kind));
    entry.set_tolerance(exact_text(parameter.tolerance, parameter.kind));
    entry.set_relative_tolerance(parameter.relative_tolerance * 100);
  }
  for (const InstrumentAction& action : file.actions) {
    v1::InstrumentAction& entry = *message.add_actions();
    entry.set_name(action.name);
    entry.set_settle(action.settle.in(second));
    entry.set_measured(action.measured);
    for (const InstrumentStep& step : action.steps) {
      v1::InstrumentStep& added = *entry.add_steps();
      step.reply ? added.set_ask(step.text.text()) : added.set_send(step.text.text());
      if (step.reply) added.set_reply(step.reply->text());
    }
  }
  return message;
}

}  // namespace meterrig::loader
