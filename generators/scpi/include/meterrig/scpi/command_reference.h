// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "meterrig/scpi/conversation.h"
#include "meterrig/vocabulary/command_file.h"
#include "meterrig/vocabulary/instruments.h"

namespace meterrig::scpi {

/// A reference meter that a command file describes: its actions read, start_energy and read_energy.
/// Values that the file does not read are not known(). Errors: invalid_argument for a file of
/// another role; those of ReferenceStandard.
[[nodiscard]] Result<std::unique_ptr<ReferenceStandard>> connect_reference(
    std::unique_ptr<Conversation> conversation, CommandFile file);

}  // namespace meterrig::scpi
