// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>

#include "meterrig/ports/byte_stream.h"
#include "meterrig/ports/serial_settings.h"
#include "meterrig/vocabulary/quantity.h"
#include "meterrig/vocabulary/result.h"
#include "meterrig/wire/remote.h"

namespace meterrig::inject {

/// How long a call waits and how often it tries. A reply is waited for by `answer` (or `advance`:
/// the device computes meanwhile) and twice the time that all bytes of the call take on the line.
/// Each time-out doubles it, so a device that needs longer is asked again but not given up early.
struct Patience {
  Duration answer = second(1);
  Duration advance = second(10);
  int tries = 4;     ///< time-outs that end a call
  int repeats = 16;  ///< damaged frames that end a call
};

/// The way to a device at the other end of a line, after its start and its description. Errors of
/// calls, besides the device's own: deadline_exceeded (no reply; what was asked may have been done,
/// describe() tells), data_loss (damaged again and again), unavailable (the line is gone, or the
/// device was switched on anew), internal (a reply that makes no sense), out_of_range (a request
/// that is larger than the device takes).
[[nodiscard]] Result<std::shared_ptr<wire::Caller>> connect(std::unique_ptr<ports::ByteStream> line,
                                                            const Patience& patience);

/// Over a serial port (ports::open_serial_port). Errors: those of the port and of connect().
[[nodiscard]] Result<std::shared_ptr<wire::Caller>> open_serial(
    const std::string& path, const ports::SerialSettings& settings, const Patience& patience);

/// Over TCP. Errors: unavailable when nobody accepts within patience.answer, and those of
/// connect().
[[nodiscard]] Result<std::shared_ptr<wire::Caller>> open_tcp(const std::string& host, int port,
                                                             const Patience& patience);

}  // namespace meterrig::inject
