// SPDX-License-Identifier: GPL-3.0-or-later
#include "line_conversation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <utility>

namespace meterrig::scpi {
namespace {

std::string_view ending(LineEnd end) {
  switch (end) {
    case LineEnd::lf:
      return "\n";
    case LineEnd::cr:
      return "\r";
    case LineEnd::cr_lf:
      return "\r\n";
  }
  return "\n";
}

bool is_timeout(const Error& error) { return error.code == ErrorCode::deadline_exceeded; }

}  // namespace

Result<std::unique_ptr<Conversation>> LineConversation::open(LineOpener opener,
                                                             ConversationRules rules) {
  std::unique_ptr<LineConversation> made(new LineConversation(std::move(opener), std::move(rules)));
  if (auto opened = made->reopen(); !opened) return tl::unexpected(opened.error());
  made->statistics_.reconnections = 0;
  return made;
}

Result<void> LineConversation::reopen() {
  if (line_ != nullptr) return {};
  auto opened = opener_();
  if (!opened) return tl::unexpected(opened.error());
  line_ = std::move(*opened);
  name_ = line_->name();
  replies_.clear();
  // Replies do not follow to another connection.
  lost_ = false;
  identities_owed_ = 0;
  ++statistics_.reconnections;
  return {};
}

tl::unexpected<Error> LineConversation::hang_up(Error error) {
  if (error.code == ErrorCode::unavailable) line_.reset();
  return tl::unexpected<Error>(std::move(error));
}

Result<void> LineConversation::write(std::string_view text) {
  if (auto command = CommandText::parse(text); !command)
    return fail(ErrorCode::invalid_argument,
                fmt::format("{}: a command of {}", name_, command.error().message));
  if (auto opened = reopen(); !opened) return opened;
  clock_.sleep_until(earliest_);
  std::string bytes(text);
  bytes += ending(rules_.line_end);
  auto written = line_->write({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
  earliest_ = clock_.now() + rules_.pause;
  if (!written) return hang_up(std::move(written.error()));
  return {};
}

Result<bool> LineConversation::receive(Duration patience) {
  std::array<std::uint8_t, 4096> buffer{};
  auto count = line_->read(buffer, patience);
  if (!count) return hang_up(std::move(count.error()));
  replies_.take(std::span(buffer).first(*count));
  return *count > 0;
}

Result<std::string> LineConversation::reply_until(Instant deadline) {
  for (;;) {
    if (auto line = replies_.next()) {
      if (!*line) ++statistics_.refused_replies;
      return std::move(*line);
    }
    const Duration left = deadline - clock_.now();
    if (left <= second(0)) return fail(ErrorCode::deadline_exceeded, "no whole reply in time");
    if (auto received = receive(left); !received) return tl::unexpected(received.error());
  }
}

Result<void> LineConversation::discard_unasked() {
  for (;;) {
    const auto received = receive(second(0));
    if (!received) return tl::unexpected(received.error());
    if (!*received) break;
  }
  while (replies_.next()) ++statistics_.late_replies;
  // Half a line: its rest would be taken for the reply.
  if (replies_.amid_line()) lost_ = true;
  return {};
}

Result<void> LineConversation::find_back_by_identity() {
  if (auto sent = write(rules_.identity_query); !sent) return sent;
  ++identities_owed_;
  const Instant deadline = clock_.now() + 2 * rules_.answer_timeout;
  // Whatever was asked before is answered before.
  for (;;) {
    auto line = reply_until(deadline);
    if (line && *line == identity_) break;
    if (line) ++statistics_.late_replies;
    if (!line && line.error().code != ErrorCode::data_loss) return tl::unexpected(line.error());
  }
  --identities_owed_;
  // An earlier identity may have been the one just heard; then the last one is still to come.
  while (identities_owed_ > 0) {
    const auto line = reply_until(clock_.now() + rules_.answer_timeout);
    if (!line && is_timeout(line.error())) break;  // it was lost
    if (!line && line.error().code != ErrorCode::data_loss) return tl::unexpected(line.error());
    ++statistics_.late_replies;
    --identities_owed_;
  }
  identities_owed_ = 0;
  return {};
}

Result<void> LineConversation::find_back_by_silence() {
  const Instant deadline = clock_.now() + 6 * rules_.answer_timeout;
  for (;;) {
    const auto received = receive(2 * rules_.answer_timeout);
    if (!received) return tl::unexpected(received.error());
    while (replies_.next()) ++statistics_.late_replies;
    if (!*received) break;
    if (clock_.now() > deadline)
      return fail(ErrorCode::deadline_exceeded, "the instrument does not stop to talk");
  }
  replies_.clear();
  return {};
}

Result<void> LineConversation::find_back() {
  auto found = rules_.identity_query.empty() || identity_.empty() ? find_back_by_silence()
                                                                  : find_back_by_identity();
  if (!found)
    return fail(found.error().code,
                fmt::format("{}: after a reply that failed to come right, the next one cannot be "
                            "told from it: {}",
                            name_, found.error().message));
  lost_ = false;
  return {};
}

Result<void> LineConversation::send(std::string_view command) {
  if (auto written = write(command); !written) return written;
  ++statistics_.commands;
  return {};
}

Result<void> LineConversation::send_and_leave(std::string_view command) {
  auto sent = send(command);
  if (sent) lost_ = true;
  return sent;
}

Result<std::string> LineConversation::ask(std::string_view query, Duration patience) {
  if (auto opened = reopen(); !opened) return tl::unexpected(opened.error());
  if (!lost_) {
    if (auto discarded = discard_unasked(); !discarded) return tl::unexpected(discarded.error());
  }
  if (lost_) {
    if (auto found = find_back(); !found) return tl::unexpected(found.error());
  }
  if (auto written = write(query); !written) return tl::unexpected(written.error());
  ++statistics_.queries;
  auto reply = reply_until(clock_.now() + patience);
  const bool of_identity = query == rules_.identity_query;
  if (reply) {
    if (of_identity && identity_.empty()) identity_ = *reply;
    return reply;
  }
  const ErrorCode code = reply.error().code;
  if (code == ErrorCode::unavailable) return reply;
  lost_ = true;
  if (code != ErrorCode::deadline_exceeded)
    return fail(code, fmt::format("{}: {} brought {}", name_, query, reply.error().message));
  ++statistics_.timeouts;
  if (of_identity) ++identities_owed_;
  return fail(code, fmt::format("{}: no whole reply to {} within {:g} s", name_, query,
                                patience.in(second)));
}

Result<std::unique_ptr<Conversation>> converse_over_serial(const std::string& path,
                                                           const ports::SerialSettings& settings,
                                                           ConversationRules rules) {
  return LineConversation::open([path, settings] { return ports::serial_stream(path, settings); },
                                std::move(rules));
}

Result<std::unique_ptr<Conversation>> converse_over_tcp(const std::string& host, int port,
                                                        ConversationRules rules) {
  const Duration patience = rules.answer_timeout;
  return LineConversation::open(
      [host, port, patience] { return ports::tcp_stream(host, port, patience); }, std::move(rules));
}

}  // namespace meterrig::scpi
