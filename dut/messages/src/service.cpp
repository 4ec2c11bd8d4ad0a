// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/wire/service.h"

#include <fmt/format.h>

#include "meterrig/loader/signal_mapping.h"
#include "meterrig/wire/mapping.h"

namespace meterrig::wire {
namespace {

template <class Side>
Result<Side*> served(Side* side, const char* name) {
  if (side == nullptr)
    return fail(ErrorCode::unimplemented, fmt::format("this device does not serve {}", name));
  return side;
}

}  // namespace

Result<v1::DescribeReply> Service::answer(const v1::DescribeRequest& /*request*/) {
  const auto terminals = served(sides_.terminals, "Terminals");
  if (!terminals) return tl::unexpected(terminals.error());
  return (*terminals)->describe().map([](const TerminalsDescription& description) {
    return message_from(description);
  });
}

Result<v1::PowerCycleReply> Service::answer(const v1::PowerCycleRequest& /*request*/) {
  const auto terminals = served(sides_.terminals, "Terminals");
  if (!terminals) return tl::unexpected(terminals.error());
  return (*terminals)->power_cycle().map([] { return v1::PowerCycleReply(); });
}

Result<v1::ApplyReply> Service::answer(const v1::ApplyRequest& request) {
  const auto terminals = served(sides_.terminals, "Terminals");
  if (!terminals) return tl::unexpected(terminals.error());
  v1::ApplyReply reply;
  if (request.has_samples()) {
    const auto samples = samples_from(request.samples());
    if (!samples) return tl::unexpected(samples.error());
    const auto terms = (*terminals)->apply_samples(*samples, request.device_seed());
    if (!terms) return tl::unexpected(terms.error());
    reply.set_now_ns(terms->now.nanoseconds);
    reply.set_capacity(terms->capacity);
    reply.set_reach(terms->reach);
    return reply;
  }
  if (!request.has_recipe())
    return fail(ErrorCode::invalid_argument, "the request has neither a recipe nor samples");
  const auto recipe = loader::recipe_from(request.recipe());
  if (!recipe) return tl::unexpected(recipe.error());
  const auto now = (*terminals)->apply(*recipe, request.device_seed());
  if (!now) return tl::unexpected(now.error());
  reply.set_now_ns(now->nanoseconds);
  return reply;
}

Result<v1::FeedReply> Service::answer(const v1::SampleBlock& message) {
  const auto terminals = served(sides_.terminals, "Terminals");
  if (!terminals) return tl::unexpected(terminals.error());
  const auto feed = [&](const auto& block) -> Result<FeedState> {
    if (!block) return tl::unexpected(block.error());
    return (*terminals)->feed(*block);
  };
  const auto state = has_codes(message) ? feed(codes_from(message)) : feed(block_from(message));
  if (!state) return tl::unexpected(state.error());
  v1::FeedReply reply;
  reply.set_next_sample(state->next_sample);
  reply.set_room(state->room);
  return reply;
}

Result<v1::AdvanceReply> Service::answer(const v1::AdvanceRequest& request) {
  const auto terminals = served(sides_.terminals, "Terminals");
  if (!terminals) return tl::unexpected(terminals.error());
  const Instant until{request.until_ns()};
  return (*terminals)->advance(until).map([until](const std::vector<Pulse>& pulses) {
    return advance_reply(until, pulses);
  });
}

Result<v1::IdentifyReply> Service::answer(const v1::IdentifyRequest& /*request*/) {
  const auto meter = served(sides_.meter, "Meter");
  if (!meter) return tl::unexpected(meter.error());
  return (*meter)->identify().map(
      [](const MeterIdentity& identity) { return message_from(identity); });
}

Result<v1::ReadReply> Service::answer(const v1::ReadRequest& request) {
  const auto meter = served(sides_.meter, "Meter");
  if (!meter) return tl::unexpected(meter.error());
  const auto ids = ids_from(request);
  if (!ids) return tl::unexpected(ids.error());
  return (*meter)->read(*ids).map(
      [](const std::vector<Reading>& readings) { return read_reply(readings); });
}

Result<v1::ReadParametersReply> Service::answer(const v1::ReadParametersRequest& /*request*/) {
  const auto meter = served(sides_.meter, "Meter");
  if (!meter) return tl::unexpected(meter.error());
  return (*meter)->read_parameters().map([](const std::vector<MeterParameter>& parameters) {
    v1::ReadParametersReply reply;
    for (const auto& [name, value] : parameters) {
      v1::Parameter& entry = *reply.add_parameters();
      entry.set_name(name);
      entry.set_value(value);
    }
    return reply;
  });
}

}  // namespace meterrig::wire
