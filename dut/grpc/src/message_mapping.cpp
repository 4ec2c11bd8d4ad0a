// SPDX-License-Identifier: GPL-3.0-or-later
#include "message_mapping.h"

#include <fmt/format.h>

#include "meterrig/loader/signal_mapping.h"

namespace meterrig::terminals {

Description description_from(const v1::DescribeReply& message) {
  return {.device = message.device(),
          .serial_number = message.serial_number(),
          .now = {message.now_ns()},
          .simulated = message.simulated(),
          .model = message.model(),
          .model_sha256 = message.model_sha256()};
}

v1::DescribeReply message_from(const Description& description) {
  v1::DescribeReply message;
  message.set_device(description.device);
  message.set_serial_number(description.serial_number);
  message.set_now_ns(description.now.nanoseconds);
  message.set_simulated(description.simulated);
  message.set_model(description.model);
  message.set_model_sha256(description.model_sha256);
  return message;
}

v1::ApplyRequest apply_request(const SignalRecipe& recipe, std::uint64_t device_seed) {
  v1::ApplyRequest message;
  *message.mutable_recipe() = loader::message_from(recipe);
  message.set_device_seed(device_seed);
  return message;
}

v1::AdvanceReply advance_reply(Instant now, const std::vector<Pulse>& pulses) {
  v1::AdvanceReply message;
  message.set_now_ns(now.nanoseconds);
  message.mutable_pulses()->Reserve(static_cast<int>(pulses.size()));
  for (const Pulse& pulse : pulses) {
    v1::PulseEdge& edge = *message.add_pulses();
    edge.set_output(pulse.output);
    edge.set_time_ns(pulse.time.nanoseconds);
  }
  return message;
}

Result<std::vector<Pulse>> pulses_from(const v1::AdvanceReply& message, Instant until) {
  if (message.now_ns() != until.nanoseconds) {
    return fail(ErrorCode::internal,
                fmt::format("the device was let go to {} ns but stands at {} ns", until.nanoseconds,
                            message.now_ns()));
  }
  std::vector<Pulse> pulses;
  pulses.reserve(static_cast<std::size_t>(message.pulses_size()));
  for (const v1::PulseEdge& edge : message.pulses()) {
    const Instant time{edge.time_ns()};
    if (time > until || (!pulses.empty() && time < pulses.back().time)) {
      return fail(ErrorCode::internal, fmt::format("the pulse edge of {} at {} ns is out of order",
                                                   edge.output(), edge.time_ns()));
    }
    pulses.push_back({edge.output(), time});
  }
  return pulses;
}

}  // namespace meterrig::terminals
