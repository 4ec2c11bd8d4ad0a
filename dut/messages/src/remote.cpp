// SPDX-License-Identifier: GPL-3.0-or-later
#include "meterrig/wire/remote.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "meterrig/wire/mapping.h"

namespace meterrig::wire {
namespace {

class RemoteTerminals final : public Terminals {
 public:
  explicit RemoteTerminals(std::shared_ptr<Caller> caller) : caller_(std::move(caller)) {}

  Result<TerminalsDescription> describe() override {
    return caller_->call(v1::DescribeRequest()).and_then(description_from);
  }

  Result<void> power_cycle() override {
    return caller_->call(v1::PowerCycleRequest()).map([](const v1::PowerCycleReply&) {});
  }

  Result<Instant> apply(const SignalRecipe& recipe, std::uint64_t device_seed) override {
    return caller_->call(apply_request(recipe, device_seed)).map([](const v1::ApplyReply& reply) {
      return Instant{reply.now_ns()};
    });
  }

  Result<FeedTerms> apply_samples(const SampleFeed& samples, std::uint64_t device_seed) override {
    return caller_->call(apply_request(samples, device_seed)).and_then(terms_from);
  }

  Result<FeedState> feed(const SampleBlock& block) override { return send(block); }
  Result<FeedState> feed(const CodeBlock& block) override { return send(block); }

  Result<std::vector<Pulse>> advance(Instant until) override {
    v1::AdvanceRequest request;
    request.set_until_ns(until.nanoseconds);
    return caller_->call(request).and_then(
        [until](const v1::AdvanceReply& reply) { return pulses_from(reply, until); });
  }

 private:
  template <class Block>
  Result<FeedState> send(const Block& block) {
    const std::size_t most = caller_->samples_a_message();
    std::vector<v1::SampleBlock> messages;
    for (std::size_t from = 0; from < block.count(); from += most)
      messages.push_back(message_from(block, from, std::min(most, block.count() - from)));
    const auto reply = caller_->feed(messages);
    if (!reply) return tl::unexpected(reply.error());
    const std::int64_t next = block.first_sample + static_cast<std::int64_t>(block.count());
    if (reply->next_sample() != next || reply->room() < 0) {
      return fail(ErrorCode::internal,
                  fmt::format("samples before {} were fed; the device expects {} next, with room "
                              "for {}",
                              next, reply->next_sample(), reply->room()));
    }
    return FeedState{.next_sample = reply->next_sample(), .room = reply->room()};
  }

  std::shared_ptr<Caller> caller_;
};

class RemoteMeter final : public Meter {
 public:
  explicit RemoteMeter(std::shared_ptr<Caller> caller) : caller_(std::move(caller)) {}

  Result<MeterIdentity> identify() override {
    return caller_->call(v1::IdentifyRequest()).map(identity_from);
  }

  Result<std::vector<Reading>> read(std::span<const QuantityId> ids) override {
    return caller_->call(read_request(ids)).and_then([ids](const v1::ReadReply& reply) {
      return readings_from(reply, ids);
    });
  }

  Result<std::vector<MeterParameter>> read_parameters() override {
    return caller_->call(v1::ReadParametersRequest()).map([](const v1::ReadParametersReply& reply) {
      std::vector<MeterParameter> parameters;
      for (const v1::Parameter& entry : reply.parameters())
        parameters.emplace_back(entry.name(), entry.value());
      return parameters;
    });
  }

  [[nodiscard]] LinkStatistics statistics() const override { return caller_->statistics(); }

 private:
  std::shared_ptr<Caller> caller_;
};

}  // namespace

std::unique_ptr<Terminals> terminals_over(std::shared_ptr<Caller> caller) {
  return std::make_unique<RemoteTerminals>(std::move(caller));
}

std::unique_ptr<Meter> meter_over(std::shared_ptr<Caller> caller) {
  return std::make_unique<RemoteMeter>(std::move(caller));
}

}  // namespace meterrig::wire
