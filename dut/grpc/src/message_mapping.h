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

[[nodiscard]] v1::ApplyRequest apply_request(const SampleFeed& samples, std::uint64_t device_seed);
/// Error: invalid_argument for a rate or frequency that is not above 0.
[[nodiscard]] Result<SampleFeed> samples_from(const v1::SampleFeed& message);

/// `count` samples of the block from its sample `from` on.
[[nodiscard]] v1::SampleBlock message_from(const SampleBlock& block, std::size_t from,
                                           std::size_t count);
/// Rows that the message lacks are 0. Errors: invalid_argument for more than three voltages or
/// currents, rows of different lengths, none at all or more than a block may have, and a rate that
/// is not above 0.
[[nodiscard]] Result<SampleBlock> block_from(const v1::SampleBlock& message);

[[nodiscard]] v1::AdvanceReply advance_reply(Instant now, const std::vector<Pulse>& pulses);
/// Error: internal when the device stands elsewhere than `until`, or its edges are not in order of
/// time.
[[nodiscard]] Result<std::vector<Pulse>> pulses_from(const v1::AdvanceReply& message,
                                                     Instant until);

}  // namespace meterrig::terminals
