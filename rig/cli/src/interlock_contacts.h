// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "meterrig/safety/interlock_inputs.h"
#include "meterrig/v1/hardware.pb.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::cli {

/// The contacts of a bench's interlocks, each port opened once. Errors: those of
/// ports::open_modem_lines().
[[nodiscard]] Result<safety::InterlockInputs> open_contacts(const v1::HardwareBench& bench);

/// Of a modem line, by the bench file's name.
[[nodiscard]] ports::ModemLine line_from(v1::ModemLineName name);

}  // namespace meterrig::cli
