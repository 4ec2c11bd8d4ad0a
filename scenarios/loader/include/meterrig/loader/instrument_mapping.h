// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "meterrig/v1/instrument.pb.h"
#include "meterrig/vocabulary/command_file.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::loader {

/// Error: invalid_argument for the first thing that is wrong, naming its field.
[[nodiscard]] Result<CommandFile> command_file_from(const v1::Instrument& message);
/// Without what is for people and for the bench only: confidence, provenance, notes, line defaults.
[[nodiscard]] v1::Instrument message_from(const CommandFile& file);

}  // namespace meterrig::loader
