// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "meterrig/scpi/conversation.h"
#include "meterrig/vocabulary/command_file.h"
#include "meterrig/vocabulary/instruments.h"

namespace meterrig::scpi {

/// A climatic chamber that a command file describes: its actions set, read and off. set() reads the
/// set point back and is aborted when it differs by more than the tolerance of set_point. It is
/// settled when the instrument says so ({settled}) or, in a file without that, when the temperature
/// is within its tolerance of the set point. Errors: invalid_argument for a file of another role;
/// those of ClimaticChamber.
[[nodiscard]] Result<std::unique_ptr<ClimaticChamber>> connect_chamber(
    std::unique_ptr<Conversation> conversation, CommandFile file);

}  // namespace meterrig::scpi
