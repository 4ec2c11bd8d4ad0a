// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "meterrig/ports/serial_settings.h"
#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::ports {

/// A line to a device or an instrument: bytes both ways, which may be lost or damaged.
class ByteStream {
 public:
  virtual ~ByteStream() = default;
  /// For messages.
  [[nodiscard]] virtual const std::string& name() const = 0;
  /// Time that a byte takes on the line; 0 where it does not count.
  [[nodiscard]] virtual Duration character_time() const = 0;
  /// Hands all bytes to the line. Error: unavailable when the line is gone.
  [[nodiscard]] virtual Result<void> write(std::span<const std::uint8_t> bytes) = 0;
  /// Puts what has come in into `buffer` and returns how much; waits up to `patience` for the first
  /// byte, and returns 0 when none came. Error: unavailable when the line is gone.
  [[nodiscard]] virtual Result<std::size_t> read(std::span<std::uint8_t> buffer,
                                                 Duration patience) = 0;
};

/// Over a serial line that it owns. Errors: those of open_serial_port().
[[nodiscard]] Result<std::unique_ptr<ByteStream>> serial_stream(const std::string& path,
                                                                const SerialSettings& settings);

/// Error: unavailable when nobody accepts in time, naming the reason.
[[nodiscard]] Result<std::unique_ptr<ByteStream>> tcp_stream(const std::string& host, int port,
                                                             Duration patience);

}  // namespace meterrig::ports
