// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "commands.h"
#include "meterrig/campaign/replay.h"

namespace meterrig::cli {

/// The recording that is to be replayed, read through and chosen from, with the hashes of its
/// files. Errors: those of opening and reading it, and of prepare_replay(), with its name.
[[nodiscard]] Result<campaign::Replay> replay_input(const CertifyOptions& options,
                                                    const v1::Device& device);

}  // namespace meterrig::cli
