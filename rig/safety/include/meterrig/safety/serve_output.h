// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>

#include "meterrig/ports/file_descriptor.h"
#include "meterrig/safety/output.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::safety {

/// The loop of a source process: answers the controller at the other end of a connected socket, and
/// lets the output's time pass, twice in each `tick`, so that it acts within one even when it is
/// not scheduled at once. Returns with the output off when the controller has gone, says something
/// that is no request, or `stop` is set (by a signal). Error: that of switching off.
[[nodiscard]] Result<void> serve_output(ports::FileDescriptor controller, Output& output,
                                        Duration tick, const std::atomic<bool>& stop);

}  // namespace meterrig::safety
