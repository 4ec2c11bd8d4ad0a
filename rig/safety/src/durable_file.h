// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string_view>

#include "meterrig/vocabulary/result.h"

namespace meterrig::safety {

/// Writes a file so that after a loss of power it is the old one or the new one, whole. Error:
/// unavailable, with the reason of the operating system.
[[nodiscard]] Result<void> write_durably(const std::filesystem::path& file, std::string_view text);

}  // namespace meterrig::safety
