// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "meterrig/terminals/handler.h"
#include "meterrig/v1/dut.pb.h"
#include "meterrig/vocabulary/result.h"

namespace meterrig::terminals {

/// dut.proto and the values of handler.h, each way.
[[nodiscard]] Description description_from(const v1::DescribeReply& message);
[[nodiscard]] v1::DescribeReply message_from(const Description& description);

[[nodiscard]] v1::ApplyRequest apply_request(const SignalRecipe& recipe, std::uint64_t device_seed);

[[nodiscard]] v1::AdvanceReply advance_reply(Instant now, const std::vector<Pulse>& pulses);
/// Error: internal when the device stands elsewhere than `until`, or its edges are not in order of
/// time.
[[nodiscard]] Result<std::vector<Pulse>> pulses_from(const v1::AdvanceReply& message,
                                                     Instant until);

}  // namespace meterrig::terminals
