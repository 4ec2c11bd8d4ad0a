// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>

#include "meterrig/inject/byte_stream.h"
#include "meterrig/ports/serial_settings.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::inject {

/// Errors: those of ports::open_serial_port().
[[nodiscard]] Result<std::unique_ptr<ByteStream>> serial_stream(
    const std::string& path, const ports::SerialSettings& settings);

/// Error: unavailable when nobody accepts in time, naming the reason.
[[nodiscard]] Result<std::unique_ptr<ByteStream>> tcp_stream(const std::string& host, int port,
                                                             Duration patience);

}  // namespace meterrig::inject
