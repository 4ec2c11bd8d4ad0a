// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "meterrig/ports/clock.h"
#include "meterrig/scpi/conversation.h"
#include "meterrig/vocabulary/instruments.h"

namespace meterrig::source_template {

/// How it is spoken to: LF, and the identity as the query that finds back.
[[nodiscard]] ConversationRules rules();

/// `clock` paces the read-back and outlives the source. Errors: those of Source.
[[nodiscard]] Result<std::unique_ptr<Source>> connect(
    std::unique_ptr<scpi::Conversation> conversation, ports::Clock& clock);

}  // namespace meterrig::source_template
