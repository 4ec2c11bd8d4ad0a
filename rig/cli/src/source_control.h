// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "meterrig/safety/source_process.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::cli {

/// Starts this program again as the process that owns an output; `arguments` are its own, such as
/// "source-process" and the bench file. Errors: as of safety::SourceProcess::start().
[[nodiscard]] Result<safety::SourceProcess> start_source_process(
    const std::vector<std::string>& arguments);

/// Names a person for every interlock that waits for one. Errors: those of the source process.
[[nodiscard]] Result<void> acknowledge_all(safety::SourceProcess& source,
                                           const std::string& person);

}  // namespace meterrig::cli
