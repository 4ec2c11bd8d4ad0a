// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "meterrig/ports/clock.h"
#include "meterrig/scpi/conversation.h"
#include "meterrig/vocabulary/command_file.h"
#include "meterrig/vocabulary/instruments.h"

namespace meterrig::scpi {

/// A reference meter that a command file describes: its actions read, start_energy, read_energy
/// and, where it has a pulse input, next_pulse. Values that the file does not read are not known().
/// An action wait, of simulated instruments alone, lets their time pass; without one the time is
/// that of `clock`, which outlives the reference. Errors: invalid_argument for a file of another
/// role; those of ReferenceStandard.
[[nodiscard]] Result<std::unique_ptr<ReferenceStandard>> connect_reference(
    std::unique_ptr<Conversation> conversation, CommandFile file, ports::Clock& clock);

}  // namespace meterrig::scpi
