// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>

#include "meterrig/ports/file_descriptor.h"
#include "meterrig/ports/serial_port.h"

namespace meterrig::ports {

/// The back-end for pseudo-terminals, which libserialport cannot open: termios on the claimed
/// descriptor.
Result<std::unique_ptr<SerialPort>> open_with_termios(FileDescriptor claimed,
                                                      const std::string& shown,
                                                      const SerialSettings& settings);

}  // namespace meterrig::ports
