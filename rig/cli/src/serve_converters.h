// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>

#include "commands.h"

namespace meterrig::cli {

/// `instrument serve iio`: a virtual bench of converters behind the protocol of libiio, until
/// stopped. Returns the exit status.
int serve_converters(const ServeInstrumentOptions& options, const std::atomic<bool>& stop);

}  // namespace meterrig::cli
