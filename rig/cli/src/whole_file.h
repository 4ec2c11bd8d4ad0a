// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>

#include "meterrig/vocabulary/result.h"

namespace meterrig::cli {

/// Writes a file that is whole or not there. Error: unavailable.
[[nodiscard]] Result<void> write_whole(const std::filesystem::path& file, const std::string& text);

}  // namespace meterrig::cli
