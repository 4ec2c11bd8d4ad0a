// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>

#include "meterrig/v1/dut.grpc.pb.h"
#include "meterrig/vocabulary/result.h"
#include "meterrig/vocabulary/roles.h"

namespace meterrig::rpc {

/// Edges that a device streams, from now on. Errors: those of the call.
[[nodiscard]] Result<std::unique_ptr<PulseInput>> watch_pulses(
    std::shared_ptr<v1::Meter::Stub> stub, const std::string& address);

}  // namespace meterrig::rpc
