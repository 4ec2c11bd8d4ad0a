// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "meterrig/ports/byte_stream.h"
#include "meterrig/ports/clock.h"
#include "meterrig/scpi/conversation.h"
#include "meterrig/scpi/reply_reader.h"

namespace meterrig::scpi {

/// Opens the line, for the first time or again.
using LineOpener = std::function<Result<std::unique_ptr<ports::ByteStream>>()>;

/// A conversation over any stream of bytes. Time-outs are wall time.
class LineConversation final : public Conversation {
 public:
  /// Opens the line at once; its errors are those of the opener.
  [[nodiscard]] static Result<std::unique_ptr<Conversation>> open(LineOpener opener,
                                                                  ConversationRules rules);

  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] const ConversationRules& rules() const override { return rules_; }
  Result<void> send(std::string_view command) override;
  Result<void> send_and_leave(std::string_view command) override;
  Result<std::string> ask(std::string_view query, Duration patience) override;
  [[nodiscard]] ConversationStatistics statistics() const override { return statistics_; }

 private:
  LineConversation(LineOpener opener, ConversationRules rules)
      : opener_(std::move(opener)),
        rules_(std::move(rules)),
        replies_(rules_.line_end, rules_.longest_reply) {}
  Result<void> reopen();
  Result<void> write(std::string_view text);
  /// Takes what is there, waiting up to `patience` for the first of it. False when nothing came.
  Result<bool> receive(Duration patience);
  /// A whole reply until then; deadline_exceeded when there is none.
  Result<std::string> reply_until(Instant deadline);
  /// Discards what has come in unasked.
  Result<void> discard_unasked();
  Result<void> find_back();
  Result<void> find_back_by_identity();
  Result<void> find_back_by_silence();
  /// The rest of a lost connection; passes the error on.
  tl::unexpected<Error> hang_up(Error error);

  LineOpener opener_;
  ConversationRules rules_;
  std::unique_ptr<ports::ByteStream> line_;
  std::string name_;
  ReplyReader replies_;
  ports::MonotonicClock clock_;
  Instant earliest_;         // of the next command, for the pause
  std::string identity_;     // what the identity query answers; empty until it did
  bool lost_ = false;        // the next reply could be that of an earlier query
  int identities_owed_ = 0;  // replies to the identity query that may still come
  ConversationStatistics statistics_;
};

}  // namespace meterrig::scpi
