// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/safety/serve_output.h"

#include <poll.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "message_channel.h"
#include "meterrig/safety/point_message.h"
#include "meterrig/vocabulary/canonical_code.h"

namespace meterrig::safety {
namespace {

constexpr Duration patience = second(1);  // for a message that has begun

v1::OutputStatus status_of(const Output& output) {
  const OutputStatus status = output.status();
  v1::OutputStatus message;
  message.set_on(status.on);
  message.set_settled(status.settled);
  message.set_unknown(status.unknown);
  message.set_reason(status.reason);
  if (status.on) *message.mutable_point() = to_message(status.point);
  for (const Interlocks::State& state : output.interlocks().states()) {
    v1::InterlockState& told = *message.add_interlocks();
    told.set_interlock(state.name);
    told.set_safe(state.safe);
    told.set_acknowledged(state.acknowledged);
  }
  return message;
}

Result<void> carry_out(const v1::SourceRequest& request, Output& output, v1::SourceReply& reply) {
  switch (request.what_case()) {
    case v1::SourceRequest::kNarrow:
      output.narrow(limits_from(request.narrow()));
      return {};
    case v1::SourceRequest::kEnergise: {
      const auto point = point_from(request.energise());
      if (!point) return tl::unexpected(point.error());
      return output.energise(*point);
    }
    case v1::SourceRequest::kRenew:
      return output.renew(request.renew().progress());
    case v1::SourceRequest::kOff:
      return output.off(request.off().reason());
    case v1::SourceRequest::kStatus:
      return {};
    case v1::SourceRequest::kAcknowledge:
      return output.acknowledge(request.acknowledge().interlock(), request.acknowledge().person());
    case v1::SourceRequest::kInterlock:
      return output.set_interlock(request.interlock().interlock(), request.interlock().safe());
    case v1::SourceRequest::kIdentify: {
      const auto identity = output.identify();
      if (!identity) return tl::unexpected(identity.error());
      v1::SourceIdentity& told = *reply.mutable_identity();
      told.set_maker(identity->maker);
      told.set_model(identity->model);
      told.set_serial_number(identity->serial_number);
      told.set_firmware(identity->firmware);
      return {};
    }
    case v1::SourceRequest::WHAT_NOT_SET:
      break;
  }
  return fail(ErrorCode::unimplemented, "a request that this source process does not know");
}

/// False when the controller is of no more use.
Result<void> answer_one(MessageChannel& controller, Output& output) {
  v1::SourceRequest request;
  if (auto received = controller.receive(request, patience); !received) return received;
  v1::SourceReply reply;
  if (const auto done = carry_out(request, output, reply); !done) {
    reply.set_code(canonical(done.error().code));
    reply.set_message(done.error().message);
  }
  *reply.mutable_status() = status_of(output);
  return controller.send(reply, patience);
}

}  // namespace

class OutputService::State {
 public:
  State(ports::FileDescriptor socket, Output& output, Duration tick)
      : controller_(std::move(socket)), output_(output), tick_(tick), next_(clock_.now()) {}

  /// Waits for a request so long at most. True when one was answered.
  Result<bool> turn(Duration most) {
    const double left = std::min(most.in(millisecond), (next_ - clock_.now()).in(millisecond));
    pollfd wait{.fd = controller_.descriptor(), .events = POLLIN, .revents = 0};
    const int ready = ::poll(&wait, 1, static_cast<int>(std::ceil(std::max(0.0, left))));
    // Time first: many requests must not keep it from passing.
    if (clock_.now() >= next_) {
      output_.tick();
      next_ = clock_.now() + 0.5 * tick_;
    }
    if (ready <= 0) return false;
    if (auto answered = answer_one(controller_, output_); !answered)
      return tl::unexpected(answered.error());
    return true;
  }

  Result<void> serve(Duration length) {
    const Instant end = clock_.now() + length;
    int late = 0;
    while (late < most_late) {
      const Duration left = end - clock_.now();
      const auto answered = turn(left);
      if (!answered) return tl::unexpected(answered.error());
      if (left > second(0)) continue;
      if (!*answered) break;
      ++late;
    }
    return {};
  }

 private:
  static constexpr int most_late = 16;  // requests that wait at the end: no more than a moment
  const ports::MonotonicClock clock_;
  MessageChannel controller_;
  Output& output_;
  Duration tick_;
  Instant next_;
};

OutputService::OutputService(ports::FileDescriptor controller, Output& output, Duration tick)
    : state_(std::make_unique<State>(std::move(controller), output, tick)) {}
OutputService::~OutputService() = default;

Result<void> OutputService::serve(Duration length) { return state_->serve(length); }

Result<void> serve_output(ports::FileDescriptor socket, Output& output, Duration tick,
                          const std::atomic<bool>& stop) {
  OutputService service(std::move(socket), output, tick);
  while (!stop) {
    if (const auto served = service.serve(0.5 * tick); !served)
      return output.off("the controller: " + served.error().message);
  }
  return output.off("the source process was told to stop");
}

}  // namespace meterrig::safety
