// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>

#include "meterrig/ports/clock.h"
#include "meterrig/scpi/conversation.h"
#include "meterrig/vocabulary/command_file.h"
#include "meterrig/vocabulary/instruments.h"

namespace meterrig::scpi {

/// A source of set-points that a command file describes. apply() sets, then reads back until it is
/// there or the file's settling time is over: what differs by more than the tolerance is aborted,
/// naming both values. off() sends all its commands whatever becomes of each, opens a lost line
/// again, and is done only when the read-back says so.
class CommandSource : public Source {
 public:
  /// After so long without a command the instrument switches off by itself; none: it does not.
  [[nodiscard]] virtual std::optional<Duration> watchdog() const = 0;
  [[nodiscard]] virtual ConversationStatistics statistics() const = 0;
};

/// Asks the identity, prepares the instrument and arms its watchdog. `clock` paces the read-back
/// and outlives the source. Errors: invalid_argument for a file of another role; those of Source.
[[nodiscard]] Result<std::unique_ptr<CommandSource>> connect_source(
    std::unique_ptr<Conversation> conversation, CommandFile file, ports::Clock& clock);

}  // namespace meterrig::scpi
