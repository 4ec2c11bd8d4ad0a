// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>

#include "meterrig/ports/file_descriptor.h"
#include "meterrig/ports/serial_port.h"

namespace meterrig::ports {

/// The back-end for real ports. `claimed` holds the lock; libserialport opens `resolved` once more,
/// because it takes names only.
Result<std::unique_ptr<SerialPort>> open_with_libserialport(FileDescriptor claimed,
                                                            const std::string& resolved,
                                                            const std::string& shown,
                                                            const SerialSettings& settings);

}  // namespace meterrig::ports
