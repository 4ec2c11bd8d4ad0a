// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "meterrig/ports/file_descriptor.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::ports {

/// The path without symlinks. Errors: not_found, permission_denied.
Result<std::string> resolve(const std::string& path);

/// Opens a terminal device and takes its lock, which lasts as long as the descriptor. `shown` is
/// the name for messages. Errors: as open_serial_port().
Result<FileDescriptor> claim(const std::string& resolved, const std::string& shown);

}  // namespace meterrig::ports
