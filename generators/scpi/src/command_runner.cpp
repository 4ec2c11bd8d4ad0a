// SPDX-License-Identifier: GPL-3.0-or-later
#include "command_runner.h"

#include <fmt/format.h>

#include <charconv>
#include <utility>
#include <vector>

#include "identity.h"

namespace meterrig::scpi {
namespace {

// An error queue holds a few; an instrument that never says "none" must not hold us.
constexpr int longest_error_queue = 32;

}  // namespace

Result<void> CommandRunner::prepare() {
  if (!file_.conversation.identity_query.empty()) {
    if (auto identity = identify(); !identity) return tl::unexpected(identity.error());
  }
  for (const std::string& command : file_.prepare) {
    if (auto sent = send(command); !sent) return sent;
  }
  if (file_.watchdog) return send(file_.watchdog->command);
  return {};
}

Result<InstrumentIdentity> CommandRunner::identify() {
  if (file_.conversation.identity_query.empty())
    return InstrumentIdentity{
        .maker = {}, .model = file_.title, .serial_number = {}, .firmware = {}};
  const auto reply = ask(file_.conversation.identity_query);
  if (!reply) return tl::unexpected(reply.error());
  return identity_from(*reply);
}

Result<void> CommandRunner::send(const std::string& command) {
  if (auto sent = conversation_->send(command); !sent) return sent;
  if (file_.errors && file_.errors->after_each_command) return check_errors(command);
  return {};
}

Result<void> CommandRunner::check_errors(std::string_view after) {
  if (!file_.errors) return {};
  std::string told;
  for (int i = 0; i < longest_error_queue; ++i) {
    const auto reply = ask(file_.errors->query);
    if (!reply) return tl::unexpected(reply.error());
    if (file_.errors->bits != 0) {
      int status = 0;
      const auto* const end = reply->data() + reply->size();
      const auto parsed = std::from_chars(reply->data(), end, status);
      if (parsed.ec != std::errc{} || parsed.ptr != end)
        return fail(ErrorCode::data_loss,
                    fmt::format("{}: {} brought '{}'; expected a whole number", name(),
                                file_.errors->query, *reply));
      if ((status & file_.errors->bits) != 0) told = fmt::format("status {}", status);
      break;  // reading the register clears it
    }
    InstrumentValues none;
    if (take_values(file_.errors->none, *reply, file_, none)) break;
    told += (told.empty() ? "" : "; ") + *reply;
  }
  if (told.empty()) return {};
  return fail(ErrorCode::aborted,
              fmt::format("{}: the instrument refused '{}': {}", name(), after, told));
}

Result<InstrumentValues> CommandRunner::run(std::string_view action_name,
                                            const InstrumentValues& values) {
  const InstrumentAction* action = file_.action(action_name);
  if (action == nullptr)
    return fail(ErrorCode::not_found, fmt::format("{} has no action '{}'", file_.id, action_name));
  std::vector<std::string> texts;
  for (const InstrumentStep& step : action->steps) {
    auto text = fill_in(step.text, file_, values);
    if (!text) return tl::unexpected(text.error());
    texts.push_back(std::move(*text));
  }
  InstrumentValues found;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const InstrumentStep& step = action->steps[i];
    if (!step.reply) {
      if (auto sent = send(texts[i]); !sent) return tl::unexpected(sent.error());
      continue;
    }
    const auto reply = ask(texts[i]);
    if (!reply) return tl::unexpected(reply.error());
    if (auto taken = take_values(*step.reply, *reply, file_, found); !taken)
      return fail(taken.error().code,
                  fmt::format("{}: {}: {}", name(), texts[i], taken.error().message));
  }
  if (file_.errors && !file_.errors->after_each_command) {
    if (auto checked = check_errors(action_name); !checked) return tl::unexpected(checked.error());
  }
  return found;
}

Result<void> CommandRunner::send_off() {
  Result<void> first;
  const InstrumentAction* off = file_.action("off");
  if (off == nullptr) return first;
  for (const InstrumentStep& step : off->steps) {
    if (step.reply) continue;
    auto sent = conversation_->send(step.text.text());
    // The line was gone; this opens it again.
    if (!sent && sent.error().code == ErrorCode::unavailable)
      sent = conversation_->send(step.text.text());
    if (!sent && first) first = std::move(sent);
  }
  return first;
}

Result<void> CommandRunner::off() {
  auto sent = send_off();
  return sent ? check_errors("off") : sent;
}

}  // namespace meterrig::scpi
