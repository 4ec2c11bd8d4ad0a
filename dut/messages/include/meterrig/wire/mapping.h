// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "meterrig/v1/dut.pb.h"
#include "meterrig/vocabulary/meter.h"
#include "meterrig/vocabulary/result.h"
#include "meterrig/vocabulary/terminals.h"

/// dut.proto and the values of terminals.h and meter.h, each way. What comes from a wire is
/// checked; what goes there is not.
namespace meterrig::wire {

/// Error: internal for a converter that cannot be.
[[nodiscard]] Result<TerminalsDescription> description_from(const v1::DescribeReply& message);
[[nodiscard]] v1::DescribeReply message_from(const TerminalsDescription& description);

[[nodiscard]] v1::ApplyRequest apply_request(const SignalRecipe& recipe, std::uint64_t device_seed);
[[nodiscard]] v1::ApplyRequest apply_request(const SampleFeed& samples, std::uint64_t device_seed);
/// Error: invalid_argument for a rate or frequency that is not above 0.
[[nodiscard]] Result<SampleFeed> samples_from(const v1::SampleFeed& message);
/// Error: internal for a device that could never advance.
[[nodiscard]] Result<FeedTerms> terms_from(const v1::ApplyReply& message);

/// `count` samples of the block from its sample `from` on.
[[nodiscard]] v1::SampleBlock message_from(const SampleBlock& block, std::size_t from,
                                           std::size_t count);
[[nodiscard]] v1::SampleBlock message_from(const CodeBlock& block, std::size_t from,
                                           std::size_t count);
[[nodiscard]] inline bool has_codes(const v1::SampleBlock& message) {
  return message.volt_codes_size() + message.ampere_codes_size() > 0;
}
/// Rows that the message lacks are 0. Errors: invalid_argument for more than three voltages or
/// currents, rows of different lengths, none at all or more than a block may have, both volts and
/// codes, and a rate that is not above 0.
[[nodiscard]] Result<SampleBlock> block_from(const v1::SampleBlock& message);
[[nodiscard]] Result<CodeBlock> codes_from(const v1::SampleBlock& message);

[[nodiscard]] v1::AdvanceReply advance_reply(Instant now, const std::vector<Pulse>& pulses);
/// Error: internal when the device stands elsewhere than `until`, or its edges are not in order of
/// time.
[[nodiscard]] Result<std::vector<Pulse>> pulses_from(const v1::AdvanceReply& message,
                                                     Instant until);

[[nodiscard]] v1::IdentifyReply message_from(const MeterIdentity& identity);
/// Quantities that this rig does not know are passed over: a device may have more.
[[nodiscard]] MeterIdentity identity_from(const v1::IdentifyReply& message);

[[nodiscard]] v1::ReadRequest read_request(std::span<const QuantityId> ids);
/// Error: not_found, naming the quantity that nobody knows.
[[nodiscard]] Result<std::vector<QuantityId>> ids_from(const v1::ReadRequest& message);
[[nodiscard]] v1::ReadReply read_reply(std::span<const Reading> readings);
/// Error: internal when they are others than asked for, or a resolution is not a number from 0 on.
[[nodiscard]] Result<std::vector<Reading>> readings_from(const v1::ReadReply& message,
                                                         std::span<const QuantityId> ids);

}  // namespace meterrig::wire
